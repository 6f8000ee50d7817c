using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>A whole training between two steps, in host memory.</summary>
internal sealed record TrainingSnapshot
{
    public required TrainingPosition Place { get; init; }

    public required TrainingHistory History { get; init; }

    /// <summary>All that is trained, float32 [n], in the order of the flat buffer.</summary>
    public required HostTensor Weights { get; init; }

    /// <summary>The optimiser's first moment, float32 [n].</summary>
    public required HostTensor Mean { get; init; }

    /// <summary>The optimiser's second moment, float32 [n].</summary>
    public required HostTensor Square { get; init; }

    /// <summary>The weights of the best epoch so far, float32 [n]; null where none are kept.</summary>
    public HostTensor? Best { get; init; }
}
