using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>One pretrained linear module. Its weight is kept in the type in which it is multiplied.</summary>
internal sealed class FrozenLinear : IDisposable
{
    private readonly string _module;
    private readonly Tensor _weight; // [out, in]
    private readonly Tensor? _bias; // [out]

    public FrozenLinear(LoadedEncoder encoder, string module, Device device, ScalarType precision)
    {
        _module = module;
        _weight = encoder[module + ".weight"].ToTorch(device, precision).DetachFromDisposeScope();
        _bias = encoder.Weights.TryGetValue(module + ".bias", out HostTensor? bias)
            ? bias.ToTorch(device, precision).DetachFromDisposeScope()
            : null;
    }

    /// <summary>[B, T, in] of any type to [B, T, out] in the weight's type, or in whatever the tuning makes of it.</summary>
    public Tensor Forward(Tensor x, ITuning tuning)
    {
        Tensor input = x.to_type(_weight.dtype);
        return tuning.Projected(
            _module, x, Affine.Linear(input, tuning.Replace(_module + ".weight", _weight), tuning.ReplaceIfAny(_module + ".bias", _bias)));
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}
