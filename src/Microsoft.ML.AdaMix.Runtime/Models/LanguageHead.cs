namespace Microsoft.ML.AdaMix.Models;

/// <summary>
/// The masked-LM head of a checkpoint: <c>decoder(norm(activation(dense(h))))</c> gives a logit a token of the vocabulary.
/// </summary>
/// <param name="DenseWeight">[hidden, hidden].</param>
/// <param name="DenseBias">[hidden].</param>
/// <param name="Norm">Its LayerNorm.</param>
/// <param name="Decoder">[vocabulary, hidden]: the word embeddings, unless the checkpoint has another matrix.</param>
/// <param name="DecoderBias">[vocabulary].</param>
internal sealed record LanguageHead(
    HostTensor DenseWeight, HostTensor DenseBias, HeadNorm Norm, HostTensor Decoder, HostTensor DecoderBias)
{
    /// <summary>A head that gives a logit a class: of each mask's token, the mean over the class's words and their tokens.</summary>
    /// <param name="classes">For each class the ids of its words; a word's tokens stand at the first masks, one each.</param>
    /// <param name="masks">Masks in a text.</param>
    public HeadWeights ForClasses(IReadOnlyList<int[][]> classes, int masks)
    {
        int hidden = Decoder.Shape[1];
        HostTensor weight = HostTensor.Create([classes.Count, masks * hidden], StorageType.Float32, memory =>
        {
            memory.Span.Clear();
            EachToken(classes, (output, mask, token, share) =>
            {
                Span<float> row = memory.Span.Slice(((output * masks) + mask) * hidden, hidden);
                ReadOnlySpan<float> decoder = Decoder.Values.Span.Slice(token * hidden, hidden);
                for (int i = 0; i < hidden; i++)
                {
                    row[i] += share * decoder[i];
                }
            });
        });
        HostTensor bias = HostTensor.Create([classes.Count], StorageType.Float32, memory =>
        {
            memory.Span.Clear();
            EachToken(classes, (output, _, token, share) => memory.Span[output] += share * DecoderBias.Values.Span[token]);
        });
        return new HeadWeights(DenseWeight, DenseBias, weight, bias) { Norm = Norm };
    }

    // Calls with class, mask, token, and the token's share in the class's logit.
    private static void EachToken(IReadOnlyList<int[][]> classes, Action<int, int, int, float> each)
    {
        for (int output = 0; output < classes.Count; output++)
        {
            foreach (int[] word in classes[output])
            {
                for (int mask = 0; mask < word.Length; mask++)
                {
                    each(output, mask, word[mask], 1f / (classes[output].Length * word.Length));
                }
            }
        }
    }
}
