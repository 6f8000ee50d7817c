using System.Buffers;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Rows of ids as the rectangles that the graph takes, in rented arrays.</summary>
internal sealed class PaddedBatch : IDisposable
{
    private PaddedBatch(int rows, int width, int inputs)
    {
        Rows = rows;
        Width = width;
        Inputs = new long[inputs][];
        for (int input = 0; input < inputs; input++)
        {
            Inputs[input] = ArrayPool<long>.Shared.Rent(checked(rows * width));
        }
    }

    public int Rows { get; }

    /// <summary>Tokens of the longest row.</summary>
    public int Width { get; }

    /// <summary>
    /// Ids, attention mask and, where the encoder reads them, token types, in the order of <see cref="EncoderGraph.InputNames"/>;
    /// each is [<see cref="Rows"/>, <see cref="Width"/>] at the start of a longer array.
    /// </summary>
    public long[][] Inputs { get; }

    /// <param name="rows">At least one.</param>
    /// <param name="config">The encoder's.</param>
    /// <param name="positionsTaken">Positions that the model's prompt and prefixes take.</param>
    /// <param name="masked">What each row has to have for the model's head; null for a head on the first token.</param>
    public static PaddedBatch From(
        ReadOnlySpan<TokenIds> rows, EncoderConfig config, int positionsTaken, MaskedTokens? masked = null)
    {
        if (rows.IsEmpty)
        {
            throw new ArgumentException("There is no row to score; at least one is needed.", nameof(rows));
        }

        int width = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            Check(rows[row], row, config, positionsTaken);
            CheckMasks(rows[row], row, masked);
            width = Math.Max(width, rows[row].Length);
        }

        PaddedBatch batch = new(rows.Length, width, EncoderGraph.InputNames(config).Length);
        for (int row = 0; row < rows.Length; row++)
        {
            batch.Fill(row, rows[row], config.PadTokenId);
        }

        return batch;
    }

    public void Dispose()
    {
        foreach (long[] input in Inputs)
        {
            ArrayPool<long>.Shared.Return(input);
        }
    }

    private void Fill(int row, TokenIds tokens, int padId)
    {
        Span<long> ids = Inputs[0].AsSpan(row * Width, Width);
        for (int position = 0; position < tokens.Length; position++)
        {
            ids[position] = tokens.Ids[position];
        }

        ids[tokens.Length..].Fill(padId);
        Span<long> mask = Inputs[1].AsSpan(row * Width, Width);
        mask[..tokens.Length].Fill(1);
        mask[tokens.Length..].Clear();
        if (Inputs.Length > 2)
        {
            Span<long> types = Inputs[2].AsSpan(row * Width, Width);
            types.Clear();
            types[tokens.SecondStart..tokens.Length].Fill(1);
        }
    }

    private static void CheckMasks(TokenIds tokens, int row, MaskedTokens? masked)
    {
        if (masked is var (id, count)
            && (Array.IndexOf(tokens.Ids, id) is not (>= 0 and var first)
                || first + count > tokens.Length || tokens.Ids.AsSpan(first, count).ContainsAnyExcept(id)))
        {
            throw new ArgumentException(
                $"Row {row} has not {count} of the mask token {id} beside each other, which the model's head reads; is it in the model's "
                + "template?");
        }
    }

    private static void Check(TokenIds tokens, int row, EncoderConfig config, int positionsTaken)
    {
        if (tokens.Ids is not { Length: > 0 })
        {
            throw new ArgumentException($"Row {row} has no token; even an empty text has its special tokens.");
        }

        if (tokens.Length > config.MaxSequenceLength - positionsTaken)
        {
            string taken = positionsTaken == 0 ? string.Empty : $", of which the model's prompt and prefixes take {positionsTaken}";
            throw new ArgumentException(
                $"Row {row} has {tokens.Length} tokens, but the encoder has positions for {config.MaxSequenceLength}{taken}. Truncate to "
                + $"{config.MaxSequenceLength - positionsTaken} tokens.");
        }

        if (tokens.SecondStart < 0 || tokens.SecondStart > tokens.Length)
        {
            throw new ArgumentException(
                $"Row {row}: the second text starts at token {tokens.SecondStart}, outside of the row's {tokens.Length} tokens.");
        }

        if (config.TokenTypes < 2 && config.Definition.ReadsTokenTypes(config) && tokens.SecondStart < tokens.Length)
        {
            throw new ArgumentException(
                $"Row {row} has tokens of type 1, but the encoder knows only type 0; it cannot take pairs of texts.");
        }

        foreach (int id in tokens.Ids)
        {
            if ((uint)id >= (uint)config.VocabularySize)
            {
                throw new ArgumentException(
                    $"Row {row} has token id {id}, but the encoder's vocabulary has ids 0 to {config.VocabularySize - 1}. Does the "
                    + "tokenizer belong to this encoder?");
            }
        }
    }
}
