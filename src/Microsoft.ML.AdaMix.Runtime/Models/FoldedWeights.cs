using System.Numerics.Tensors;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>Edits that cost nothing at prediction, because weights and biases can take them in. Pure functions; inputs are not written.</summary>
internal static class FoldedWeights
{
    /// <summary>The encoder's tensors that <paramref name="edits"/> changes, by name: replaced first, then low-rank updates, then scales.</summary>
    public static IReadOnlyDictionary<string, HostTensor> Of(LoadedEncoder encoder, EncoderEdits edits)
    {
        Dictionary<string, HostTensor> folded = new(edits.Replaced, StringComparer.Ordinal);
        void Change(string name, Func<HostTensor, HostTensor> change) =>
            folded[name] = change(folded.TryGetValue(name, out HostTensor? changed) ? changed : encoder[name]);

        foreach (LowRankUpdate update in edits.LowRank)
        {
            Change($"{update.Module}.weight", weight => Updated(weight, update.Down, update.Up, update.Scale));
        }

        foreach (OutputScale scale in edits.Scales)
        {
            Change($"{scale.Module}.weight", weight => RowsTimes(weight, scale.Factors));
            Change($"{scale.Module}.bias", bias => RowsTimes(bias, scale.Factors));
        }

        return folded;
    }

    /// <summary>W + scale · B A.</summary>
    /// <param name="weight">W, [out, in].</param>
    /// <param name="down">A, [rank, in].</param>
    /// <param name="up">B, [out, rank].</param>
    /// <param name="scale">Factor of what is added.</param>
    public static HostTensor Updated(HostTensor weight, HostTensor down, HostTensor up, float scale) => Changed(weight, (row, values) =>
    {
        int rank = down.Shape[0];
        for (int r = 0; r < rank; r++)
        {
            float factor = scale * up.Values.Span[(row * rank) + r];
            TensorPrimitives.MultiplyAdd(down.Values.Span.Slice(r * values.Length, values.Length), factor, values, values);
        }
    });

    /// <summary>Each row times its factor.</summary>
    /// <param name="tensor">[out, in] or [out].</param>
    /// <param name="factors">[out].</param>
    public static HostTensor RowsTimes(HostTensor tensor, HostTensor factors) =>
        Changed(tensor, (row, values) => TensorPrimitives.Multiply(values, factors.Values.Span[row], values));

    /// <summary>A tensor times a number.</summary>
    public static HostTensor Times(HostTensor tensor, float factor) =>
        factor == 1 ? tensor : Changed(tensor, (_, values) => TensorPrimitives.Multiply(values, factor, values));

    /// <summary>What a prompt's embeddings are before their LayerNorm; nothing of that depends on a text.</summary>
    /// <param name="prompt">[P, hidden].</param>
    /// <param name="positions">The position table.</param>
    /// <param name="types">The token type table; a prompt is of type 0.</param>
    /// <param name="firstPosition">Row of the position table for the prompt's first embedding.</param>
    public static HostTensor Prompt(HostTensor prompt, HostTensor positions, HostTensor types, int firstPosition) => Changed(prompt, (row, values) =>
    {
        TensorPrimitives.Add(values, positions.Values.Span.Slice((firstPosition + row) * values.Length, values.Length), values);
        TensorPrimitives.Add(values, types.Values.Span[..values.Length], values);
    });

    // A float32 copy whose rows were changed one by one.
    private static HostTensor Changed(HostTensor tensor, RowChange change) => HostTensor.Create(tensor.Shape, StorageType.Float32, memory =>
    {
        Span<float> values = memory.Span;
        tensor.Values.Span.CopyTo(values);
        int width = tensor.Values.Length / tensor.Shape[0];
        for (int row = 0; row < tensor.Shape[0]; row++)
        {
            change(row, values.Slice(row * width, width));
        }
    });

    private delegate void RowChange(int row, Span<float> values);
}
