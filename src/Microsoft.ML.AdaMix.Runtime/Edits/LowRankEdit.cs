using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>LoRA: adds <c>scale · B A</c> to a linear module's weight, at most once for each module.</summary>
/// <param name="Module">For example <c>encoder.layer.0.attention.self.query</c>.</param>
/// <param name="Down">A, [rank, in]; says what the rank is.</param>
/// <param name="Up">B, [out, rank].</param>
/// <param name="Scale">alpha / rank, or alpha / √rank.</param>
internal sealed record LowRankEdit(string Module, HostTensor Down, HostTensor Up, float Scale) : EncoderEdit
{
    public static readonly EditKind Kind = new EditKind<LowRankEdit, Entry>(
        "LowRank",
        edit => new Entry(edit.Module, edit.Scale),
        (entry, tensor) => new LowRankEdit(entry.Module, tensor(DownName(entry.Module)), tensor(UpName(entry.Module)), entry.Scale));

    public override IEnumerable<TunedTensor> Tensors(TunedModel model)
    {
        EncoderConfig config = model.Encoder.Config;
        int[]? shape = EncoderTensors.LinearShape(config, Module);
        Require(
            shape is not null, model.Encoder, $"a low-rank update of '{Module}'",
            EncoderTensors.LinearModules(config).Select(module => module.Key));
        int rank = TunedTensors.Size(Down);
        return [new(DownName(Module), Down, [rank, shape![1]]), new(UpName(Module), Up, [shape[0], rank])];
    }

    public override void Check() => RequireFinite(Scale, Module);

    /// <summary>W + scale · B A.</summary>
    public override void Fold(FoldedWeights weights)
    {
        string name = $"{Module}.weight";
        int rank = Down.Shape[0];
        weights.Set(name, weights[name].WithRows((row, values) =>
        {
            for (int r = 0; r < rank; r++)
            {
                float factor = Scale * Up.Values.Span[(row * rank) + r];
                TensorPrimitives.MultiplyAdd(Down.Values.Span.Slice(r * values.Length, values.Length), factor, values, values);
            }
        }));
    }

    private static string DownName(string module) => module + ".lora_A";

    private static string UpName(string module) => module + ".lora_B";

    [method: JsonConstructor]
    private readonly record struct Entry(string Module, float Scale);
}
