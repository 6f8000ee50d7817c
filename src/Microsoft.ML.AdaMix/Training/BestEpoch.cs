using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Keeps a copy of the trained weights at their best evaluation.</summary>
internal sealed class BestEpoch(IEnumerable<TrainableParameter> parameters) : IDisposable
{
    private readonly TrainableParameter[] _parameters = [.. parameters];
    private Tensor[]? _copies;
    private EvaluationResult _best;
    private int _epochsSince;

    /// <summary>Takes a copy if the result is the best so far.</summary>
    /// <returns>Epochs since the best one.</returns>
    public int Offer(EvaluationResult result)
    {
        if (_copies is not null && !result.IsBetterThan(_best))
        {
            return ++_epochsSince;
        }

        Dispose();
        _copies = [.. _parameters.Select(parameter => parameter.Value.detach().clone().DetachFromDisposeScope())];
        _best = result;
        _epochsSince = 0;
        return 0;
    }

    /// <summary>Puts the best weights back; nothing happens if no result was ever offered.</summary>
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
