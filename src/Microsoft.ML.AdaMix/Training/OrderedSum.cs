namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// Adds gradients of parts in the order of parts, whatever the order in which they come: sums of float32 depend on it. What waits for a
/// part before it is kept, and no more.
/// </summary>
internal sealed class OrderedSum : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, StepGradients> _waiting = [];
    private StepGradients? _sum;
    private int _next;

    /// <param name="part">Its place, from 0; each once.</param>
    /// <param name="gradients">Owned from now on.</param>
    public void Add(int part, StepGradients gradients)
    {
        lock (_lock)
        {
            _waiting.Add(part, gradients);
            while (_waiting.Remove(_next, out StepGradients? next))
            {
                _next++;
                if (_sum is null)
                {
                    _sum = next;
                    continue;
                }

                _sum.Add(next);
                next.Dispose();
            }
        }
    }

    /// <summary>The sum; the caller owns it.</summary>
    public StepGradients Take()
    {
        StepGradients sum = _sum!;
        _sum = null;
        return sum;
    }

    public void Dispose()
    {
        _sum?.Dispose();
        foreach (StepGradients gradients in _waiting.Values)
        {
            gradients.Dispose();
        }
    }
}
