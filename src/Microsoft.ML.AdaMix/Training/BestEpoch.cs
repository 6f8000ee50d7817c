using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Watches for the best evaluation and keeps, if it is to be kept, a copy of the weights it had.</summary>
internal sealed class BestEpoch(IEnumerable<TrainableParameter> parameters, bool keep) : IDisposable
{
    private readonly TrainableParameter[] _parameters = [.. parameters];
    private Tensor[]? _copies;
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
        _copies = keep ? [.. _parameters.Select(parameter => parameter.Value.detach().clone().DetachFromDisposeScope())] : null;
        _best = result;
        _epochsSince = 0;
        return 0;
    }

    /// <summary>Puts the best weights back; nothing happens if none are kept.</summary>
    public void Restore()
    {
        using IDisposable gradients = no_grad();
        for (int i = 0; i < (_copies?.Length ?? 0); i++)
        {
            _parameters[i].Value.copy_(_copies![i]);
        }
    }

    public void Dispose()
    {
        foreach (Tensor copy in _copies ?? [])
        {
            copy.Dispose();
        }

        _copies = null;
    }
}
