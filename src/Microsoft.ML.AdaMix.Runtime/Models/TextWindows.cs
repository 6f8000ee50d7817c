namespace Microsoft.ML.AdaMix.Models;

/// <summary>How a text that is too long for one sequence is read: in windows that overlap.</summary>
/// <param name="Stride">Tokens of the text that a window has in common with the one before, 0 or more.</param>
/// <param name="Combine">What becomes of the windows.</param>
/// <param name="MaxWindows">Most windows of a text; what is behind them is not read.</param>
internal sealed record TextWindows(int Stride, WindowCombination Combine, int MaxWindows)
{
    /// <summary>More could not be meant: a text of so many windows takes a batch's memory by itself.</summary>
    public const int MostWindows = 1024;

    /// <summary>Where nobody says otherwise: some 1,500 tokens of a text at the default maximum length.</summary>
    public const int DefaultWindows = 16;

    /// <summary>Windows of a text that are read.</summary>
    public int Most => Combine == WindowCombination.First ? 1 : MaxWindows;

    /// <summary>Whether the head reads windows together, not each by itself.</summary>
    public bool CombinesEmbeddings => Combine is WindowCombination.MeanEmbedding or WindowCombination.MaxEmbedding;

    /// <summary>Tokens from the start of a window to that of the next.</summary>
    /// <param name="length">Tokens of the text in a window.</param>
    public int Step(int length) => Math.Max(1, length - Stride);

    /// <summary>Tokens of a text that all its windows together hold at most.</summary>
    /// <param name="length">Tokens of the text in a window.</param>
    public long Reach(int length) => length + ((Most - 1L) * Step(length));
}
