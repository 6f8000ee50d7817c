using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>What an adapter reads; f is the sub-layer's output, a its residual, LN its LayerNorm.</summary>
internal enum AdapterInput
{
    /// <summary>f: AdaMix and Houlsby.</summary>
    Output,

    /// <summary>LN(f + a): Pfeiffer.</summary>
    Normalized,

    /// <summary>a: the parallel adapter.</summary>
    Residual,
}

/// <summary>
/// A bottleneck adapter in a sub-layer, at most one in each: <c>f + scale · up(activation(down(input)))</c> takes the place of the
/// sub-layer's output f.
/// </summary>
/// <param name="Module"><c>encoder.layer.I.attention.output</c> or <c>encoder.layer.I.output</c>.</param>
/// <param name="Input">What it reads.</param>
/// <param name="DownWeight">[bottleneck, hidden]; says what the bottleneck is.</param>
/// <param name="DownBias">[bottleneck].</param>
/// <param name="UpWeight">[hidden, bottleneck].</param>
/// <param name="UpBias">[hidden].</param>
/// <param name="Activation">Between the projections; erf GELU in AdaMix.</param>
/// <param name="Scale">Factor of what is added.</param>
internal sealed record AdapterEdit(
    string Module,
    AdapterInput Input,
    HostTensor DownWeight,
    HostTensor DownBias,
    HostTensor UpWeight,
    HostTensor UpBias,
    Activation Activation,
    float Scale = 1) : EncoderEdit
{
    public static readonly EditKind Kind = new EditKind<AdapterEdit, Entry>(
        "Adapters",
        edit => new Entry(edit.Module, edit.Input, edit.Activation, edit.Scale),
        (entry, tensor) => new AdapterEdit(
            entry.Module,
            entry.Input,
            tensor($"{Down(entry.Module)}.weight"),
            tensor($"{Down(entry.Module)}.bias"),
            tensor($"{Up(entry.Module)}.weight"),
            tensor($"{Up(entry.Module)}.bias"),
            entry.Activation,
            entry.Scale));

    public override IEnumerable<TunedTensor> Tensors(TunedModel model)
    {
        EncoderConfig config = model.Encoder.Config;
        Require(EncoderTensors.IsSublayer(config, Module), model.Encoder, $"an adapter in '{Module}'", EncoderTensors.Sublayers(config));
        if (Input == AdapterInput.Normalized && EncoderTensors.NormBehind(config, Module) is null)
        {
            throw new InvalidDataException(
                $"The model has an adapter in '{Module}' that reads what the LayerNorm behind it gives, and encoder '{model.Encoder.Name}' "
                + $"({config.Definition.Title}) has its norms before. Was it trained on another encoder?");
        }

        int hidden = config.HiddenSize;
        int bottleneck = TunedTensors.Size(DownWeight);
        return
        [
            new($"{Down(Module)}.weight", DownWeight, [bottleneck, hidden]),
            new($"{Down(Module)}.bias", DownBias, [bottleneck]),
            new($"{Up(Module)}.weight", UpWeight, [hidden, bottleneck]),
            new($"{Up(Module)}.bias", UpBias, [hidden]),
        ];
    }

    public override void Check()
    {
        RequireFinite(Scale, Module);
        RequireDefined(Input, Module);
        RequireDefined(Activation, Module);
    }

    public override string Sublayer(IEncoderNodes nodes, string module, string output, string residual)
    {
        if (module != Module)
        {
            return output;
        }

        string input = Input switch
        {
            AdapterInput.Output => output,
            AdapterInput.Normalized => nodes.LayerNorm(
                EncoderTensors.NormBehind(nodes.Config, module)!, nodes.Add("Add", [output, residual])),
            AdapterInput.Residual => residual,
            _ => throw new NotSupportedException($"An adapter that reads {Input} has no ONNX form."),
        };
        string inner = nodes.Activate(Activation, nodes.Linear(Down(Module), input, DownWeight, DownBias)); // [tokens, bottleneck]
        string added = nodes.Linear(Up(Module), inner, UpWeight.Times(Scale), UpBias.Times(Scale)); // [tokens, hidden]
        return nodes.Add("Add", [output, added]);
    }

    private static string Down(string module) => module + ".adapter.down";

    private static string Up(string module) => module + ".adapter.up";

    [method: JsonConstructor]
    private readonly record struct Entry(string Module, AdapterInput Input, Activation Activation, float Scale);
}
