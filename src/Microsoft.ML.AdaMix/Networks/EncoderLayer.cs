using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// One frozen transformer layer: self-attention and feed-forward, each with residual and LayerNorm after it.
/// </summary>
internal sealed class EncoderLayer : IEncoderBlock
{
    private readonly EncoderConfig _config;
    private readonly string _attentionModule;
    private readonly string _feedForwardModule;
    private readonly SelfAttention _attention;
    private readonly FrozenLinear _attentionOutput; // hidden to hidden
    private readonly FrozenLayerNorm _attentionNorm;
    private readonly FrozenLinear _intermediate; // hidden to intermediate
    private readonly FrozenLinear _output; // intermediate to hidden
    private readonly FrozenLayerNorm _norm;

    /// <param name="encoder">The checkpoint.</param>
    /// <param name="index">Which layer.</param>
    /// <param name="attention">Its attention, which it disposes.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="precision">Type of its matrices.</param>
    /// <param name="states">Type of residuals and LayerNorms.</param>
    public EncoderLayer(
        LoadedEncoder encoder, int index, SelfAttention attention, Device device, ScalarType precision, ScalarType states)
    {
        _config = encoder.Config;
        string prefix = EncoderTensors.WeightsOf(_config, index);
        _attentionModule = EncoderTensors.Layer(index) + "attention.output";
        _feedForwardModule = EncoderTensors.Layer(index) + "output";
        _attention = attention;
        _attentionOutput = new FrozenLinear(encoder, prefix + "attention.output.dense", device, precision);
        _attentionNorm = new FrozenLayerNorm(encoder, prefix + "attention.output.LayerNorm", device, states);
        _intermediate = new FrozenLinear(encoder, prefix + "intermediate.dense", device, precision);
        _output = new FrozenLinear(encoder, prefix + "output.dense", device, precision);
        _norm = new FrozenLayerNorm(encoder, prefix + "output.LayerNorm", device, states);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, AttentionPlaces places, ITuning tuning, EncoderDropout? dropout, int? first)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor queries = first is { } read ? x.narrow(1, 0, read) : x; // [B, Tq, hidden]
        Tensor context = _attention.Forward(queries, x, places, tuning, dropout); // [B, Tq, hidden]
        Tensor a = Sublayer(_attentionModule, _attentionOutput.Forward(context, tuning), queries, _attentionNorm, tuning, dropout);
        Tensor inner = _config.HiddenActivation.Apply(_intermediate.Forward(a, tuning)); // [B, Tq, intermediate]
        return Sublayer(_feedForwardModule, _output.Forward(inner, tuning), a, _norm, tuning, dropout).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _attention.Dispose();
        _attentionOutput.Dispose();
        _attentionNorm.Dispose();
        _intermediate.Dispose();
        _output.Dispose();
        _norm.Dispose();
    }

    // LayerNorm(tuned(dropout(output)) + residual), [B, Tq, hidden]
    private static Tensor Sublayer(
        string module, Tensor output, Tensor residual, FrozenLayerNorm norm, ITuning tuning, EncoderDropout? dropout)
    {
        Tensor f = output.to_type(residual.dtype);
        f = dropout is null ? f : dropout.Hidden(f);
        Tensor tuned = tuning.Sublayer(module, f, residual, x => norm.Forward(x, tuning)).to_type(residual.dtype);
        return norm.Forward(tuned.Plus(residual), tuning);
    }
}
