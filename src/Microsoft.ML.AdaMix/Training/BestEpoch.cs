using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Watches for the best evaluation and keeps, if it is to be kept, a copy of the weights it had.</summary>
internal sealed class BestEpoch(FlatParameters parameters, bool keep) : IDisposable
{
    private Tensor? _copy; // [n]

    /// <summary>The best evaluation so far; null before the first.</summary>
    public EvaluationResult? Result { get; private set; }

    /// <summary>Epochs since the best one.</summary>
    public int EpochsSince { get; private set; }

    /// <summary>Takes a copy if the result is the best so far.</summary>
    public void Offer(EvaluationResult result)
    {
        if (Result is { } best && !result.IsBetterThan(best))
        {
            EpochsSince++;
            return;
        }

        Dispose();
        _copy = keep ? parameters.Values.clone().DetachFromDisposeScope() : null;
        Result = result;
        EpochsSince = 0;
    }

    /// <summary>The copy in host memory, [n]; null where none is kept.</summary>
    public HostTensor? ToHost() => _copy?.ToHost();

    /// <summary>Goes on from what was found before.</summary>
    /// <param name="result">The best evaluation, or null.</param>
    /// <param name="epochsSince">Epochs since it.</param>
    /// <param name="copy">The weights it had, or null where none are kept.</param>
    public void Resume(EvaluationResult? result, int epochsSince, HostTensor? copy)
    {
        Dispose();
        Result = result;
        EpochsSince = epochsSince;
        _copy = copy?.ToTorch(parameters.Values.device).DetachFromDisposeScope();
    }

    /// <summary>Puts the best weights back; nothing happens if none are kept.</summary>
    public void Restore()
    {
        if (_copy is not null)
        {
            parameters.Set(_copy);
        }
    }

    public void Dispose()
    {
        _copy?.Dispose();
        _copy = null;
    }
}
