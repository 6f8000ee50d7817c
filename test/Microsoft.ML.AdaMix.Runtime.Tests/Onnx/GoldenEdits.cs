using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Weights that the Python libraries adapters and peft trained, as edits.</summary>
internal static class GoldenEdits
{
    private const string Start = "param/roberta.";

    /// <summary>The edits of a file below the folder of reference numbers.</summary>
    public static EncoderEdits Read(string name)
    {
        string path = Reference.Golden("methods", $"{name}.safetensors");
        GoldenTensors file = new(path);
        Golden described = Golden.At(path);
        MethodSettings settings = new(described);
        return MethodKinds.Of(described) switch
        {
            MethodKind.Adapters or MethodKind.HoulsbyAdapters => Adapters(file, settings, AdapterInput.Output),
            MethodKind.PfeifferAdapters => Adapters(file, settings, AdapterInput.Normalized),
            MethodKind.ParallelAdapters => Adapters(file, settings, AdapterInput.Residual),
            MethodKind.Factors => Scales(file),
            MethodKind.LowRank when MethodKinds.IsPeft(described) => LowRank(
                file, settings, ".lora_A.default.weight", ".lora_B.default.weight"),
            MethodKind.LowRank => LowRank(file, settings, ".loras.a.lora_A", ".loras.a.lora_B"),
            MethodKind.Prefix => Prefixes(file),
            _ => [new PromptEdit(file.Tensor("param/prompt_encoder.default.embedding.weight"))],
        };
    }

    private static EncoderEdits Adapters(GoldenTensors file, MethodSettings settings, AdapterInput input) =>
    [
        .. Modules(file, ".adapters.a.adapter_down.0.weight").Select(module => new AdapterEdit(
            module, input,
            file.Tensor($"{Start}{module}.adapters.a.adapter_down.0.weight"),
            file.Tensor($"{Start}{module}.adapters.a.adapter_down.0.bias"),
            file.Tensor($"{Start}{module}.adapters.a.adapter_up.weight"), file.Tensor($"{Start}{module}.adapters.a.adapter_up.bias"),
            settings.Activation == "relu" ? Activation.Relu : settings.Activation == "gelu" ? Activation.Gelu : Activation.Silu,
            (float)settings.AdapterScale)),
    ];

    private static EncoderEdits LowRank(GoldenTensors file, MethodSettings settings, string down, string up) =>
    [
        .. Modules(file, down).Select(module =>
            new LowRankEdit(module, file.Tensor(Start + module + down), file.Tensor(Start + module + up), (float)settings.LoraScale)),
    ];

    private static EncoderEdits Scales(GoldenTensors file) =>
    [
        .. Modules(file, ".loras.a.lora_B").Select(module => new ScaleEdit(
            module, HostTensor.From([file.Shape($"{Start}{module}.loras.a.lora_B")[0]], file.Floats($"{Start}{module}.loras.a.lora_B")))),
    ];

    // [P, layers x (key, value) x hidden]
    private static EncoderEdits Prefixes(GoldenTensors file)
    {
        int[] shape = file.Shape("param/prompt_encoder.default.embedding.weight");
        float[] values = file.Floats("param/prompt_encoder.default.embedding.weight");
        int hidden = ReferenceModels.Plain("roberta").Encoder.Config.HiddenSize;
        HostTensor Part(int index) => HostTensor.From(
            [shape[0], hidden], [
                .. Enumerable.Range(0, shape[0]).SelectMany(row => values.AsSpan((row * shape[1]) + (index * hidden), hidden).ToArray())]);
        return [.. Enumerable.Range(0, shape[1] / (2 * hidden)).Select(
            layer => new PrefixEdit(layer, Part(2 * layer), Part((2 * layer) + 1)))];
    }

    private static string[] Modules(GoldenTensors file, string end)
    {
        string[] modules = [.. file.Names
            .Select(name =>
                Regex.Match(name, $"^{Regex.Escape(Start)}(.*){Regex.Escape(end)}$", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value)];
        Assert.IsNotEmpty(modules);
        return modules;
    }
}
