using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.ModernBert;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks.Families.ModernBert;

/// <summary>Layers with norms before, rotary positions and local attention; a norm behind the last one.</summary>
internal sealed class ModernBertNetwork(LoadedEncoder encoder, Device device, ScalarType states) : FamilyNetwork
{
    private readonly EncoderConfig _config = encoder.Config;
    private readonly FrozenLayerNorm _finalNorm = new(encoder, ModernBertFamily.FinalNorm, device, states);

    public override IEncoderBlock Layer(LoadedEncoder encoder, int index, Device device, ScalarType precision, ScalarType states) =>
        new ModernBertLayer(encoder, index, device, precision, states);

    public override AttentionPlaces Places(Tensor? padding, int tokens)
    {
        RotaryPositions rotary = _config.Rotary!;
        int anyGlobal = Array.IndexOf(rotary.IsGlobal, true);
        int anyLocal = Array.IndexOf(rotary.IsGlobal, false);
        return new RotaryPlaces(
            padding,
            anyLocal < 0 ? null : Window(padding, tokens, rotary.Window),
            anyGlobal < 0 ? null : Angles(rotary.Steps(anyGlobal, _config.HeadSize), tokens),
            anyLocal < 0 ? null : Angles(rotary.Steps(anyLocal, _config.HeadSize), tokens));
    }

    public override Tensor Finish(Tensor x, ITuning tuning) => _finalNorm.Forward(x, tuning);

    // The first token, [B, R, hidden]; or the mean of all that are no padding, [B, 1, hidden].
    public override Tensor Read(Tensor x, AttentionPlaces places, ITuning tuning)
    {
        Tensor finished = Finish(x, tuning);
        if (!_config.Rotary!.ReadsMean)
        {
            return finished;
        }

        if (places.Padding is not { } padding)
        {
            return finished.mean([1], keepdim: true);
        }

        Tensor isToken = padding.squeeze(1).eq(zeros_like(padding.squeeze(1))).to_type(finished.dtype); // [B, 1, T]
        return matmul(isToken, finished).div(isToken.sum(-1, keepdim: true));
    }

    protected override void Dispose(bool disposing)
    {
        _finalNorm.Dispose();
        base.Dispose(disposing);
    }

    // Lower than any score, and a number in every type of states.
    private double Lowest => states switch
    {
        ScalarType.Float16 => -6e4,
        ScalarType.BFloat16 => -3e38,
        _ => PaddedRows.Masked,
    };

    // What local layers add: [1 | B, 1, T, T]. A sum of two lowest numbers would be −∞, as the lowest float32 is in shorter types, and a
    // row of nothing else NaN: padding far from any token sees padding alone.
    private Tensor Window(Tensor? padding, int tokens, int window)
    {
        Tensor hidden = RelativeRows.Create(tokens, distance => Math.Abs(distance) > window ? 1 : 0, device) // [T, T]
            .unsqueeze(0).unsqueeze(0).to_type(ScalarType.Float32).Times(Lowest).to_type(states);
        return padding is null ? hidden : minimum(hidden, padding).Within(Lowest, 0);
    }

    // Cosines and sines [T, d / 2], float32 always, as in Hugging Face.
    private (Tensor Cos, Tensor Sin) Angles(float[] steps, int tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor places = TensorArithmetic.Count(tokens, device).to_type(ScalarType.Float32).unsqueeze(1); // [T, 1]
        Tensor angles = places * tensor(steps).ToDevice(device).unsqueeze(0); // [T, d / 2]
        return (angles.cos().MoveToOuterDisposeScope(), angles.sin().MoveToOuterDisposeScope());
    }
}

/// <param name="Padding">[B, 1, 1, T] or null.</param>
/// <param name="Window">Of local layers, [1 | B, 1, T, T].</param>
/// <param name="Global">Cosines and sines of global layers, [T, d / 2] each.</param>
/// <param name="Local">Those of local layers.</param>
internal sealed record RotaryPlaces(
    Tensor? Padding, Tensor? Window, (Tensor Cos, Tensor Sin)? Global, (Tensor Cos, Tensor Sin)? Local) : AttentionPlaces(Padding);
