using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Rows padded to one length, as the encoder reads them. Disposing it frees its tensors.</summary>
/// <param name="Ids">int64 [B, T].</param>
/// <param name="Positions">int64 [B, T], rows of the position table.</param>
/// <param name="Types">int64 [B, T].</param>
/// <param name="Bias">
/// float32 [B, 1, 1, T], added to attention scores: 0 for a token, −∞-like for padding; null if no row is padded.
/// </param>
internal sealed record EncoderBatch(Tensor Ids, Tensor Positions, Tensor Types, Tensor? Bias) : IDisposable
{
    /// <summary>
    /// Masked tokens that stand before all others, where a head reads them; 0 where rows are in their own order. Attention knows the order
    /// by the positions alone.
    /// </summary>
    public int Leading { get; init; }

    public int Rows => (int)Ids.shape[0];

    public int Length => (int)Ids.shape[1];

    public static EncoderBatch Pad(ReadOnlySpan<TokenIds> rows, EncoderConfig config, Device device, MaskedTokens? masked = null)
    {
        int length = 0;
        foreach (TokenIds row in rows)
        {
            length = Math.Max(length, row.Length);
        }

        PaddedRows padded = PaddedRows.Create(rows.Length, length, config.PadTokenId);
        for (int row = 0; row < rows.Length; row++)
        {
            padded.Write<int>(row, rows[row].Ids, rows[row].SecondStart);
        }

        return Create(padded, config, device, masked);
    }

    /// <param name="rows">The rows.</param>
    /// <param name="config">The encoder's.</param>
    /// <param name="device">Where they go.</param>
    /// <param name="masked">Tokens that are put before the others; null for the rows' own order.</param>
    public static EncoderBatch Create(PaddedRows rows, EncoderConfig config, Device device, MaskedTokens? masked = null)
    {
        bool isPadded = rows.Bias.AsSpan().ContainsAnyExcept(0f);
        long[] all = [.. rows.Ids, .. CountPositions(rows, config), .. rows.Types];
        if (masked is { } first)
        {
            MoveFirst(all, rows, first);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = tensor(all, 3, rows.Rows, rows.Length).ToDevice(device).unbind(0); // [B, T] each
        Tensor? bias = isPadded ? tensor(rows.Bias, rows.Rows, 1, 1, rows.Length).ToDevice(device).MoveToOuterDisposeScope() : null;
        return new EncoderBatch(
            parts[0].MoveToOuterDisposeScope(), parts[1].MoveToOuterDisposeScope(), parts[2].MoveToOuterDisposeScope(), bias)
        {
            Leading = masked?.Count ?? 0,
        };
    }

    /// <summary>
    /// The same rows behind a prompt of P trained embeddings: positions count on over all, every token sees the prompt. The ids stay as
    /// they are; leading tokens stay the first.
    /// </summary>
    public EncoderBatch BehindPrompt(int prompt)
    {
        Tensor before = FirstPositions().Plus(TensorArithmetic.Count(prompt, Ids.device)); // [B, P]
        return new EncoderBatch(
            Ids,
            Insert(PositionsFrom(prompt), before),
            Insert(Types, zeros_like(before)),
            Bias is null ? null : cat([zeros([Rows, 1, 1, prompt], device: Bias.device), Bias], -1)) // no leading token is padding
        {
            Leading = Leading,
        };
    }

    /// <summary>Tokens [B, T, ...] with a prompt's [B, P, ...] before them, or behind those that lead.</summary>
    public Tensor Insert(Tensor tokens, Tensor prompt) => Leading == 0
        ? cat([prompt, tokens], 1)
        : cat([tokens.narrow(1, 0, Leading), prompt, tokens.narrow(1, Leading, tokens.shape[1] - Leading)], 1);

    /// <summary>The positions [B, T] as they are where the tokens are not the first ones; padding stays on its position.</summary>
    public Tensor PositionsFrom(int offset) => offset == 0
        ? Positions
        : Positions.Plus((Positions >= FirstPositions()).to_type(ScalarType.Int64).Times((long)offset));

    // Of each row's first token, [B, 1], which no mask is.
    private Tensor FirstPositions() => Positions.narrow(1, Leading, 1);

    public void Dispose()
    {
        Ids.Dispose();
        Positions.Dispose();
        Types.Dispose();
        Bias?.Dispose();
    }

    // all: ids, positions and types of all rows. Of each row the masked tokens change places with what is before them.
    private static void MoveFirst(long[] all, PaddedRows rows, MaskedTokens masked)
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            int start = row * rows.Length;
            int place = Array.IndexOf(rows.Ids, masked.Id, start, rows.Length) - start;
            if (place < 0)
            {
                throw new ArgumentException(
                    $"Row {row} has no mask token {masked.Id}, which the model's head reads; is it in the model's template?");
            }

            for (int part = start; part < all.Length; part += rows.Ids.Length)
            {
                Span<long> before = all.AsSpan(part, place + masked.Count);
                long[] moved = before[place..].ToArray();
                before[..place].CopyTo(before[masked.Count..]);
                moved.CopyTo(before);
            }
        }
    }

    // [rows x length]. RoBERTa counts tokens that are not padding, from the padding id on; padding itself stays on that id. What is behind
    // the longest row is on a position that is in the table however positions are moved.
    private static long[] CountPositions(PaddedRows rows, EncoderConfig config)
    {
        int? padding = config.Definition.PositionPadding(config);
        int longest = rows.Longest();
        long[] positions = new long[rows.Ids.Length];
        Array.Fill(positions, padding ?? 0);
        for (int start = 0; start < positions.Length; start += rows.Length)
        {
            long next = config.FirstPosition;
            for (int t = start; t < start + longest; t++)
            {
                positions[t] = rows.Ids[t] == padding ? padding.Value : next++;
            }
        }

        return positions;
    }
}
