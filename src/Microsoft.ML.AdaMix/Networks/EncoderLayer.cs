using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// One frozen transformer layer: self-attention and feed-forward, each with residual and LayerNorm after it.
/// </summary>
internal sealed class EncoderLayer : IDisposable
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

    public EncoderLayer(LoadedEncoder encoder, int index, Device device, ScalarType precision, ScalarType states)
    {
        _config = encoder.Config;
        string prefix = EncoderTensors.Layer(index);
        _attentionModule = prefix + "attention.output";
        _feedForwardModule = prefix + "output";
        _attention = new SelfAttention(encoder, index, device, precision);
        _attentionOutput = new FrozenLinear(encoder, prefix + "attention.output.dense", device, precision);
        _attentionNorm = new FrozenLayerNorm(encoder, prefix + "attention.output.LayerNorm", device, states);
        _intermediate = new FrozenLinear(encoder, prefix + "intermediate.dense", device, precision);
        _output = new FrozenLinear(encoder, prefix + "output.dense", device, precision);
        _norm = new FrozenLayerNorm(encoder, prefix + "output.LayerNorm", device, states);
    }

    /// <summary>
    /// All tokens, [B, T, hidden] to [B, T, hidden]; or of each row's first R tokens only, [B, R, hidden]. Of what is computed on the way
    /// only what the gradient needs stays in memory.
    /// </summary>
    public Tensor Forward(Tensor x, Tensor? bias, ITuning tuning, EncoderDropout? dropout, int? first)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor queries = first is { } read ? x.narrow(1, 0, read) : x; // [B, Tq, hidden]
        Tensor context = _attention.Forward(queries, x, bias, tuning, dropout); // [B, Tq, hidden]
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
