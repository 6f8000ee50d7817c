using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>One pretrained LayerNorm, in the type of the states; mean and variance are float32 always.</summary>
internal sealed class FrozenLayerNorm : IDisposable
{
    private readonly string _module;
    private readonly double _epsilon;
    private readonly Tensor _weight; // [hidden]
    private readonly Tensor? _bias; // [hidden]

    public FrozenLayerNorm(LoadedEncoder encoder, string module, Device device, ScalarType states)
    {
        _module = module;
        _epsilon = encoder.Config.LayerNormEpsilon;
        _weight = encoder[module + ".weight"].ToTorch(device, states).DetachFromDisposeScope();
        _bias = encoder.Weights.TryGetValue(module + ".bias", out HostTensor? bias)
            ? bias.ToTorch(device, states).DetachFromDisposeScope()
            : null;
    }

    /// <summary>[B, T, hidden] to the same.</summary>
    public Tensor Forward(Tensor x, ITuning tuning) =>
        Affine.LayerNorm(
            x, tuning.Replace(_module + ".weight", _weight), tuning.ReplaceIfAny(_module + ".bias", _bias), _epsilon);

    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}
