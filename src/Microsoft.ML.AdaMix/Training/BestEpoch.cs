using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Watches for the best evaluation and keeps, if it is to be kept, a copy of the weights it had.</summary>
internal sealed class BestEpoch(FlatParameters parameters, bool keep) : IDisposable
{
    private Tensor? _copy; // [n]
    private EvaluationResult? _best;
    private int _epochsSince;

    /// <summary>Takes a copy if the result is the best so far.</summary>
    /// <returns>Epochs since the best one.</returns>
    public int Offer(EvaluationResult result)
    {
        if (_best is { } best && !result.IsBetterThan(best))
        {
            return ++_epochsSince;
        }

        Dispose();
        _copy = keep ? parameters.Values.clone().DetachFromDisposeScope() : null;
        _best = result;
        _epochsSince = 0;
        return 0;
    }

    /// <summary>Puts the best weights back; nothing happens if none are kept.</summary>
    public void Restore()
    {
        if (_copy is not null)
        {
            parameters.Values.copy_(_copy);
            parameters.Publish();
        }
    }

    public void Dispose()
    {
        _copy?.Dispose();
        _copy = null;
    }
}
