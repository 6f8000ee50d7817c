using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Weights that the Python libraries adapters and peft trained, as edits.</summary>
internal static class GoldenEdits
{
    private const string Start = "param/roberta.";

    /// <summary>Files and what is in them; alpha is 8 and r is 4 in all LoRA files.</summary>
    public static readonly IReadOnlyDictionary<string, Func<GoldenTensors, EncoderEdits>> Files =
        new Dictionary<string, Func<GoldenTensors, EncoderEdits>>(StringComparer.Ordinal)
        {
            ["adapters_seq_bn_pfeiffer"] = file => Adapters(file, AdapterInput.Normalized, Activation.Relu, scale: 1),
            ["adapters_double_seq_bn_houlsby"] = file => Adapters(file, AdapterInput.Output, Activation.Silu, scale: 1),
            ["adapters_par_bn"] = file => Adapters(file, AdapterInput.Residual, Activation.Relu, scale: 4),
            ["adapters_ia3"] = Scales,
            ["adapters_lora_all"] = file => LowRank(file, ".loras.a.lora_A", ".loras.a.lora_B", scale: 8 / 4f),
            ["peft_lora_qv"] = file => LowRank(file, ".lora_A.default.weight", ".lora_B.default.weight", scale: 8 / 4f),
            ["peft_lora_rslora_all_linear"] = file => LowRank(file, ".lora_A.default.weight", ".lora_B.default.weight", scale: 8 / MathF.Sqrt(4)),
            ["peft_prompt_tuning"] = file => new EncoderEdits { Prompt = file.Tensor("param/prompt_encoder.default.embedding.weight") },
            ["peft_prefix_tuning"] = Prefixes,
        };

    private static EncoderEdits Adapters(GoldenTensors file, AdapterInput input, Activation activation, float scale) => new()
    {
        Adapters = [.. Modules(file, ".adapters.a.adapter_down.0.weight").Select(module => new AdapterWeights(
            module, input,
            file.Tensor($"{Start}{module}.adapters.a.adapter_down.0.weight"), file.Tensor($"{Start}{module}.adapters.a.adapter_down.0.bias"),
            file.Tensor($"{Start}{module}.adapters.a.adapter_up.weight"), file.Tensor($"{Start}{module}.adapters.a.adapter_up.bias"),
            activation, scale))],
    };

    private static EncoderEdits LowRank(GoldenTensors file, string down, string up, float scale) => new()
    {
        LowRank = [.. Modules(file, down).Select(module => new LowRankUpdate(module, file.Tensor(Start + module + down), file.Tensor(Start + module + up), scale))],
    };

    private static EncoderEdits Scales(GoldenTensors file) => new()
    {
        Scales = [.. Modules(file, ".loras.a.lora_B").Select(module =>
            new OutputScale(module, HostTensor.From([file.Shape($"{Start}{module}.loras.a.lora_B")[0]], file.Floats($"{Start}{module}.loras.a.lora_B"))))],
    };

    // [P, layers x (key, value) x hidden]
    private static EncoderEdits Prefixes(GoldenTensors file)
    {
        int[] shape = file.Shape("param/prompt_encoder.default.embedding.weight");
        float[] values = file.Floats("param/prompt_encoder.default.embedding.weight");
        const int Hidden = 32;
        HostTensor Part(int index) => HostTensor.From(
            [shape[0], Hidden], [.. Enumerable.Range(0, shape[0]).SelectMany(row => values.AsSpan((row * shape[1]) + (index * Hidden), Hidden).ToArray())]);
        return new() { Prefixes = [.. Enumerable.Range(0, shape[1] / (2 * Hidden)).Select(layer => new PrefixWeights(layer, Part(2 * layer), Part((2 * layer) + 1)))] };
    }

    private static string[] Modules(GoldenTensors file, string end)
    {
        string[] modules = [.. file.Names
            .Select(name => Regex.Match(name, $"^{Regex.Escape(Start)}(.*){Regex.Escape(end)}$", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value)];
        Assert.IsNotEmpty(modules);
        return modules;
    }
}
