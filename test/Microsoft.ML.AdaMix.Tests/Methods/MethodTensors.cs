using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>Tensors of the adapters and peft libraries under this project's names.</summary>
internal static partial class MethodTensors
{
    public static IEnumerable<(string Name, float[] Values)> Read(Golden golden, string prefix, EncoderConfig config)
    {
        bool scales = !golden.Names.Any(name =>
            name.Contains("lora_A", StringComparison.Ordinal)); // IA3 of the adapters library is a LoRA without A
        foreach (string stored in golden.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            string name = stored[prefix.Length..].Replace("roberta.", string.Empty, StringComparison.Ordinal);
            float[] values = golden.Floats(stored);
            if (name == "prompt_encoder.default.embedding.weight" && golden.Shape(stored)[1] > config.HiddenSize)
            {
                foreach ((string, float[]) part in Prefixes(values, config))
                {
                    yield return part;
                }
            }
            else
            {
                yield return (OwnName(name, scales), values);
            }
        }
    }

    private static string OwnName(string name, bool scales)
    {
        name = name.Replace("base_model.", string.Empty, StringComparison.Ordinal).Replace(
            "modules_to_save.default.", string.Empty, StringComparison.Ordinal);
        name = name.Replace("prompt_encoder.default.embedding.weight", "prompt_embeddings.weight", StringComparison.Ordinal);
        name = name.Replace("adapters.a.adapter_down.0.", "ExpertSoup.MoA_A.deepspeed_experts.0.", StringComparison.Ordinal);
        name = name.Replace("adapters.a.adapter_up.", "ExpertSoup.MoA_B.deepspeed_experts.0.", StringComparison.Ordinal);
        name = PeftLora().Replace(name, ".lora_$1.0.weight");
        return scales
            ? name.Replace("loras.a.lora_B", "ia3.0", StringComparison.Ordinal)
            : AdaptersLora().Replace(name, ".lora_$1.0.weight");
    }

    // [token, layer x (key, value) x hidden]
    private static IEnumerable<(string Name, float[] Values)> Prefixes(float[] values, EncoderConfig config)
    {
        int width = 2 * config.Layers * config.HiddenSize;
        for (int part = 0; part < 2 * config.Layers; part++)
        {
            int start = part * config.HiddenSize;
            yield return (
                FormattableString.Invariant($"prefix.{part / 2}.{(part % 2 == 0 ? "key" : "value")}"),
                [.. values.Where((_, index) => index % width >= start && index % width < start + config.HiddenSize)]);
        }
    }

    [GeneratedRegex(@"\.lora_([AB])\.default\.weight$")]
    private static partial Regex PeftLora();

    [GeneratedRegex(@"\.loras\.a\.lora_([AB])$")]
    private static partial Regex AdaptersLora();
}
