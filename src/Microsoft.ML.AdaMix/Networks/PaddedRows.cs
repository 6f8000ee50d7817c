using System.Numerics;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Rows of token ids padded to one length, in host memory; row-major.</summary>
/// <param name="Rows">How many, 1 or more.</param>
/// <param name="Ids">[rows x length].</param>
/// <param name="Types">[rows x length]: 1 for the second text of a pair, otherwise 0.</param>
/// <param name="Bias">[rows x length], what attention adds to the scores of a token: 0, or <see cref="Masked"/> for padding.</param>
internal sealed record PaddedRows(int Rows, long[] Ids, long[] Types, float[] Bias)
{
    /// <summary>What transformers adds for padding is the type's least number: with −∞ a wholly masked row would be NaN.</summary>
    public const float Masked = float.MinValue;

    public int Length => Ids.Length / Rows;

    /// <summary>Tokens of the longest row: what is behind them is padding in all rows.</summary>
    public int Longest()
    {
        int longest = 0;
        for (int start = 0; start < Bias.Length; start += Length)
        {
            longest = Math.Max(longest, Bias.AsSpan(start, Length).LastIndexOf(0f) + 1);
        }

        return longest;
    }

    /// <summary>Rows of padding only, to be written over.</summary>
    public static PaddedRows Create(int rows, int length, int padding)
    {
        long[] ids = new long[rows * length];
        float[] bias = new float[ids.Length];
        Array.Fill(ids, padding);
        Array.Fill(bias, Masked);
        return new PaddedRows(rows, ids, new long[ids.Length], bias);
    }

    /// <summary>Writes a row's ids; what is behind them stays padding.</summary>
    /// <param name="row">Which row.</param>
    /// <param name="ids">At most as many as the rows are long.</param>
    /// <param name="secondStart">Index of the first token of type 1; the number of ids, or more, if there is none.</param>
    public void Write<T>(int row, ReadOnlySpan<T> ids, int secondStart)
        where T : IBinaryInteger<T>
    {
        int start = row * Length;
        for (int t = 0; t < ids.Length; t++)
        {
            Ids[start + t] = long.CreateTruncating(ids[t]);
            Types[start + t] = t >= secondStart ? 1 : 0;
            Bias[start + t] = 0;
        }
    }
}
