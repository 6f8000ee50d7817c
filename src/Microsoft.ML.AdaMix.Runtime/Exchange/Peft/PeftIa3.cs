using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.Peft;

/// <summary>IA3 of peft: factors of what a module gives [out, 1], or, for feed-forward modules, of what it reads [1, in].</summary>
internal sealed class PeftIa3 : ForeignMethod
{
    private const string FeedForward = "feedforward_modules";
    private const string Ending = ".ia3_l";

    private static readonly EditTable<ScaleEdit> Outputs = new(
        [Ending], edit => edit.Module, edit => [edit.Factors.As(edit.Factors.Shape[0], 1)],
        (module, tensors) => new ScaleEdit(module, tensors[0]));

    private static readonly EditTable<InputScaleEdit> Inputs = new(
        [Ending], edit => edit.Module, edit => [edit.Factors.As(1, edit.Factors.Shape[0])],
        (module, tensors) => new InputScaleEdit(module, tensors[0]));

    public override string Name => "IA3";

    public override EncoderEdits Read(MethodReading reading)
    {
        ForeignConfig config = reading.Config;
        config.Passes("init_ia3_weights", "inference_mode");
        if (config.Flag("fan_in_fan_out"))
        {
            throw config.Refuse("fan_in_fan_out", "false", "Encoders that are read here have no transposed weights (Conv1D)");
        }

        Func<string, bool> reads = PeftTargets.Matcher(config, FeedForward) ?? (_ => false);
        IReadOnlyList<ScaleEdit> factors = Outputs.Read(reading.Tensors, reading.Names);
        PeftTargets.Check(reading, [.. factors.Select(factor => factor.Module)]);
        return [.. factors.Select(factor => Shaped(factor, reads, reading))];
    }

    public override bool Fits(EncoderEdits edits) => edits.All(edit => edit is ScaleEdit or InputScaleEdit);

    public override MethodWriting Write(EncoderEdits edits, ModuleNames names, EncoderConfig encoder)
    {
        string[] reading = [.. edits.OfType<InputScaleEdit>().Select(edit => edit.Module)];
        string[] giving = [.. edits.OfType<ScaleEdit>().Select(edit => edit.Module)];
        return reading.Intersect(giving, StringComparer.Ordinal).FirstOrDefault() is { } both
            ? throw new NotSupportedException($"'{both}' has factors for what it reads and for what it gives; IA3 of peft has one of them.")
            : new MethodWriting(
                new JsonObject
                {
                    ["fan_in_fan_out"] = false,
                    [FeedForward] = PeftTargets.Write(reading, encoder),
                    ["init_ia3_weights"] = true,
                    [PeftTargets.Targets] = PeftTargets.Write([.. reading, .. giving], encoder),
                },
                [.. Outputs.Write(edits, names), .. Inputs.Write(edits, names)]);
    }

    private static EncoderEdit Shaped(ScaleEdit factor, Func<string, bool> isFeedForward, MethodReading reading)
    {
        bool reads = isFeedForward(reading.Names.WithinModel(factor.Module));
        int[] shape = EncoderTensors.LinearShape(reading.Encoder.Config, factor.Module)
            is [var outputs, var inputs] ? reads ? [1, inputs] : [outputs, 1] : [];
        HostTensor tensor = reading.Tensors.Take(reading.Names.Stored(factor.Module) + Ending, shape);
        HostTensor flat = tensor.As((int)tensor.Count);
        return reads ? new InputScaleEdit(factor.Module, flat) : new ScaleEdit(factor.Module, flat);
    }
}
