using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.ModernBert;
using Microsoft.ML.AdaMix.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks.Families.ModernBert;

/// <summary>Attention and gated feed-forward, each with a LayerNorm before it and a residual around both.</summary>
internal sealed class ModernBertLayer : IEncoderBlock
{
    private readonly EncoderConfig _config;
    private readonly string _layer;
    private readonly FrozenLayerNorm? _attentionNorm; // the embeddings' own stands before the first layer
    private readonly RotaryAttention _attention;
    private readonly FrozenLinear _attentionOutput; // hidden to hidden
    private readonly FrozenLayerNorm _norm;
    private readonly FrozenLinear _intermediate; // hidden to 2 x intermediate
    private readonly FrozenLinear _output; // intermediate to hidden

    public ModernBertLayer(LoadedEncoder encoder, int index, Device device, ScalarType precision, ScalarType states)
    {
        _config = encoder.Config;
        _layer = EncoderTensors.Layer(index);
        _attentionNorm = index == 0 ? null : new FrozenLayerNorm(encoder, _layer + ModernBertFamily.AttentionNorm, device, states);
        _attention = new RotaryAttention(encoder, index, device, precision);
        _attentionOutput = new FrozenLinear(encoder, $"{_layer}attention.output.dense", device, precision);
        _norm = new FrozenLayerNorm(encoder, _layer + ModernBertFamily.FeedForwardNorm, device, states);
        _intermediate = new FrozenLinear(encoder, $"{_layer}intermediate.dense", device, precision);
        _output = new FrozenLinear(encoder, $"{_layer}output.dense", device, precision);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, AttentionPlaces places, ITuning tuning, EncoderDropout? dropout, int? first)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor read = _attentionNorm?.Forward(x, tuning) ?? x; // [B, T, hidden]
        Tensor queries = first is { } some ? read.narrow(1, 0, some) : read; // [B, Tq, hidden]
        Tensor residual = first is { } rows ? x.narrow(1, 0, rows) : x; // [B, Tq, hidden]
        Tensor context = _attention.Forward(queries, read, places, tuning, dropout); // [B, Tq, hidden]
        Tensor a = Add("attention.output", _attentionOutput.Forward(context, tuning), queries, residual, tuning);
        Tensor normed = _norm.Forward(a, tuning);
        Tensor[] halves = _intermediate.Forward(normed, tuning).chunk(2, -1); // [B, Tq, intermediate] each
        Tensor inner = _config.HiddenActivation.Apply(halves[0]) * halves[1];
        inner = dropout is null ? inner : dropout.Hidden(inner);
        return Add("output", _output.Forward(inner, tuning), normed, a, tuning).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _attentionNorm?.Dispose();
        _attention.Dispose();
        _attentionOutput.Dispose();
        _norm.Dispose();
        _intermediate.Dispose();
        _output.Dispose();
    }

    // tuned(output) + residual, [B, Tq, hidden]; input is what the sub-layer read.
    private Tensor Add(string sublayer, Tensor output, Tensor input, Tensor residual, ITuning tuning)
    {
        Tensor f = output.to_type(residual.dtype);
        return tuning.Sublayer(_layer + sublayer, f, input, NoNormBehind).to_type(residual.dtype).Plus(residual);
    }

    private static Tensor NoNormBehind(Tensor x) => throw new NotSupportedException(
        "The layers of ModernBERT have their norms before attention and feed-forward; no method can read one behind them.");
}
