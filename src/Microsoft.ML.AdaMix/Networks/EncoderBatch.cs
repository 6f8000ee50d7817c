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
    public int Rows => (int)Ids.shape[0];

    public int Length => (int)Ids.shape[1];

    public static EncoderBatch Pad(ReadOnlySpan<TokenIds> rows, EncoderConfig config, Device device)
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

        return Create(padded, config, device);
    }

    public static EncoderBatch Create(PaddedRows rows, EncoderConfig config, Device device)
    {
        bool isPadded = rows.Bias.AsSpan().ContainsAnyExcept(0f);
        long[] all = [.. rows.Ids, .. CountPositions(rows, config), .. rows.Types];
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = tensor(all, 3, rows.Rows, rows.Length).ToDevice(device).unbind(0); // [B, T] each
        Tensor? bias = isPadded ? tensor(rows.Bias, rows.Rows, 1, 1, rows.Length).ToDevice(device).MoveToOuterDisposeScope() : null;
        return new EncoderBatch(
            parts[0].MoveToOuterDisposeScope(), parts[1].MoveToOuterDisposeScope(), parts[2].MoveToOuterDisposeScope(), bias);
    }

    /// <summary>
    /// The same rows behind a prompt of P trained embeddings: positions count on over all, every token sees the prompt. The ids stay as
    /// they are.
    /// </summary>
    public EncoderBatch BehindPrompt(int prompt)
    {
        // The first token's position is the family's first one.
        Tensor before = Positions.narrow(1, 0, 1).Plus(TensorArithmetic.Count(prompt, Ids.device)); // [B, P]
        return new EncoderBatch(
            Ids,
            cat([before, PositionsFrom(prompt)], 1),
            cat([zeros_like(before), Types], 1),
            Bias is null ? null : cat([zeros([Rows, 1, 1, prompt], device: Bias.device), Bias], -1));
    }

    /// <summary>The positions [B, T] as they are where the tokens are not the first ones; padding stays on its position.</summary>
    public Tensor PositionsFrom(int offset)
    {
        Tensor first = Positions.narrow(1, 0, 1); // [B, 1]
        return offset == 0 ? Positions : Positions.Plus((Positions >= first).to_type(ScalarType.Int64).Times((long)offset));
    }

    public void Dispose()
    {
        Ids.Dispose();
        Positions.Dispose();
        Types.Dispose();
        Bias?.Dispose();
    }

    // [rows x length]. RoBERTa counts tokens that are not padding, from the padding id on; padding itself stays on that id. What is behind
    // the longest row is on a position that is in the table however positions are moved.
    private static long[] CountPositions(PaddedRows rows, EncoderConfig config)
    {
        bool isRoberta = config.Family == EncoderFamily.Roberta;
        int longest = rows.Longest();
        long[] positions = new long[rows.Ids.Length];
        Array.Fill(positions, isRoberta ? config.PadTokenId : 0);
        for (int start = 0; start < positions.Length; start += rows.Length)
        {
            long next = isRoberta ? config.PadTokenId + 1 : 0;
            for (int t = start; t < start + longest; t++)
            {
                positions[t] = isRoberta && rows.Ids[t] == config.PadTokenId ? config.PadTokenId : next++;
            }
        }

        return positions;
    }
}
