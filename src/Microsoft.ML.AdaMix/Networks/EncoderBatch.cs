using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Rows padded to one length, as the encoder reads them. Disposing it frees its tensors.</summary>
/// <param name="Ids">int64 [B, T].</param>
/// <param name="Positions">int64 [B, T], rows of the position table.</param>
/// <param name="Types">int64 [B, T].</param>
/// <param name="Bias">float32 [B, 1, 1, T], added to attention scores: 0 for a token, −∞-like for padding; null if no row is padded.</param>
internal sealed record EncoderBatch(Tensor Ids, Tensor Positions, Tensor Types, Tensor? Bias) : IDisposable
{
    // What transformers adds for masked positions is the type's least number: with −∞ a wholly masked row would be NaN.
    private const float Masked = float.MinValue;

    public int Rows => (int)Ids.shape[0];

    public int Length => (int)Ids.shape[1];

    public static EncoderBatch Pad(IReadOnlyList<TokenIds> rows, EncoderConfig config, Device device)
    {
        int length = rows.Max(row => row.Length);
        long[] ids = new long[rows.Count * length];
        long[] types = new long[ids.Length];
        float[] bias = new float[ids.Length];
        Array.Fill(ids, config.PadTokenId);
        Array.Fill(bias, Masked);
        for (int r = 0; r < rows.Count; r++)
        {
            int start = r * length;
            for (int t = 0; t < rows[r].Length; t++)
            {
                ids[start + t] = rows[r].Ids[t];
                types[start + t] = t >= rows[r].SecondStart ? 1 : 0;
                bias[start + t] = 0;
            }
        }

        return Create(ids, types, bias, rows.Count, length, config, device);
    }

    /// <summary>Builds a batch from row-major arrays of ids, token types and attention bias.</summary>
    public static EncoderBatch Create(long[] ids, long[] types, float[] bias, int rows, int length, EncoderConfig config, Device device)
    {
        long[] positions = new long[ids.Length];
        for (int r = 0; r < rows; r++)
        {
            long next = config.Family == EncoderFamily.Roberta ? config.PadTokenId + 1 : 0;
            for (int t = r * length; t < (r + 1) * length; t++)
            {
                // RoBERTa counts tokens that are not padding, from the padding id on; padding itself stays on that id.
                bool padding = config.Family == EncoderFamily.Roberta && ids[t] == config.PadTokenId;
                positions[t] = padding ? config.PadTokenId : next++;
            }
        }

        bool padded = Array.Exists(bias, value => value != 0);
        return new EncoderBatch(
            tensor(ids, rows, length, device: device),
            tensor(positions, rows, length, device: device),
            tensor(types, rows, length, device: device),
            padded ? tensor(bias, rows, 1, 1, length, device: device) : null);
    }

    /// <summary>The same rows behind a prompt of P trained embeddings: positions count on over all, every token sees the prompt. The ids stay as they are.</summary>
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
}
