using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.ModernBert;
using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks.Families.ModernBert;

/// <summary>Attention whose queries and keys are turned by their places, and which in local layers sees near tokens only.</summary>
internal sealed class RotaryAttention(LoadedEncoder encoder, int layer, Device device, ScalarType precision)
    : SelfAttention(encoder, layer, device, precision, ModernBertFamily.Projections)
{
    private readonly bool _isGlobal = encoder.Config.Rotary!.IsGlobal[layer];

    protected override (Tensor Query, Tensor Key) Turned(Tensor query, Tensor key, AttentionPlaces places)
    {
        RotaryPlaces rotary = (RotaryPlaces)places;
        (Tensor cos, Tensor sin) = (_isGlobal ? rotary.Global : rotary.Local)!.Value;
        return (Turned(query, cos, sin), Turned(key, cos, sin));
    }

    protected override Tensor? Bias(Tensor query, Tensor key, AttentionPlaces places, ITuning tuning) =>
        _isGlobal ? places.Padding : ((RotaryPlaces)places).Window!.narrow(2, 0, query.shape[2]);

    // [B, heads, Tq, d]; channels j and j + d / 2 are a pair.
    private static Tensor Turned(Tensor x, Tensor cos, Tensor sin)
    {
        Tensor[] halves = x.to_type(ScalarType.Float32).chunk(2, -1);
        (Tensor c, Tensor s) = (cos.narrow(0, 0, x.shape[2]), sin.narrow(0, 0, x.shape[2])); // [Tq, d / 2]
        return cat([(halves[0] * c).Minus(halves[1] * s), (halves[1] * c).Plus(halves[0] * s)], -1).to_type(x.dtype);
    }
}
