using Microsoft.ML.AdaMix.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>Stops a forward pass in its middle, before a linear module or sub-layer; otherwise as another tuning.</summary>
internal sealed class StoppableTuning(ITuning tuning, CancellationToken cancellation) : ITuning
{
    public Tensor? Prompt => tuning.Prompt;

    public int PositionOffset => tuning.PositionOffset;

    public Tensor Replace(string name, Tensor frozen) => tuning.Replace(name, frozen);

    public Tensor Projected(string module, Tensor input, Tensor output)
    {
        cancellation.ThrowIfCancellationRequested();
        return tuning.Projected(module, input, output);
    }

    public Tensor Sublayer(string module, Tensor output, Tensor residual, Func<Tensor, Tensor> norm)
    {
        cancellation.ThrowIfCancellationRequested();
        return tuning.Sublayer(module, output, residual, norm);
    }

    public (Tensor Keys, Tensor Values)? Prefix(int layer) => tuning.Prefix(layer);
}
