using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>The experts that the passes of a step have drawn, for all rows of its batch.</summary>
internal interface IDrawnExperts
{
    /// <summary>Those of some rows in all passes, which compute as one batch: the first pass's rows, then the second's.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="length">Tokens to which they are padded.</param>
    /// <param name="device">Where the rows are.</param>
    IExpertSelection Rows(int start, int count, int length, Device device);
}

/// <summary>A route a pass, for the whole batch.</summary>
/// <param name="passes">[pass][layer], one or two passes.</param>
internal sealed class DrawnRoutes(Route[][] passes) : IDrawnExperts
{
    public IReadOnlyList<IReadOnlyList<Route>> Passes => passes;

    public IExpertSelection Rows(int start, int count, int length, Device device) =>
        passes.Length == 1 ? new RoutedExpert(passes[0]) : new RoutedPasses(passes[0], passes[1], count);
}

/// <summary>The merged experts, in all passes.</summary>
internal sealed class DrawnMerge : IDrawnExperts
{
    public IExpertSelection Rows(int start, int count, int length, Device device) => new MergedForTraining();
}

/// <summary>An expert for every row, or for every token.</summary>
/// <param name="passes">[pass][2 x layer + side][row x token] of experts' numbers.</param>
/// <param name="tokens">Tokens a row, padding included; 1 where the row decides.</param>
/// <param name="experts">Experts a layer.</param>
internal sealed class DrawnChoices(byte[][][] passes, int tokens, int experts) : IDrawnExperts
{
    // What is padded beyond the batch's longest row has expert 0, which nobody sees.
    public IExpertSelection Rows(int start, int count, int length, Device device)
    {
        int width = tokens == 1 ? 1 : length;
        int given = Math.Min(width, tokens);
        int draws = passes[0].Length;
        byte[] choices = new byte[draws * passes.Length * count * width];
        Span<byte> rest = choices;
        for (int draw = 0; draw < draws; draw++)
        {
            foreach (byte[][] pass in passes)
            {
                for (int row = start; row < start + count; row++)
                {
                    pass[draw].AsSpan(row * tokens, given).CopyTo(rest);
                    rest = rest[width..];
                }
            }
        }

        return new PerTokenExperts(tensor(choices, draws, passes.Length * count, width).ToDevice(device), experts);
    }
}
