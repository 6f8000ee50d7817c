using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>The experts that the passes of a step have drawn, for all rows of its batch.</summary>
internal interface IDrawnExperts
{
    /// <summary>Those of some rows in all passes, which compute as one batch: the first pass's rows, then the second's.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="device">Where the rows are.</param>
    IExpertSelection Rows(int start, int count, Device device);
}

/// <summary>A route a pass, for the whole batch.</summary>
/// <param name="passes">[pass][layer], one or two passes.</param>
internal sealed class DrawnRoutes(Route[][] passes) : IDrawnExperts
{
    public IReadOnlyList<IReadOnlyList<Route>> Passes => passes;

    public IExpertSelection Rows(int start, int count, Device device) =>
        passes.Length == 1 ? new RoutedExpert(passes[0]) : new RoutedPasses(passes[0], passes[1], count);
}

/// <summary>An expert for every row, or for every token.</summary>
/// <param name="passes">[pass][2 x layer + side][row x token] of experts' numbers.</param>
/// <param name="tokens">Tokens a row, padding included; 1 where the row decides.</param>
/// <param name="experts">Experts a layer.</param>
internal sealed class DrawnChoices(byte[][][] passes, int tokens, int experts) : IDrawnExperts
{
    public IExpertSelection Rows(int start, int count, Device device)
    {
        int size = count * tokens;
        int draws = passes[0].Length;
        byte[] choices = new byte[draws * passes.Length * size];
        for (int draw = 0; draw < draws; draw++)
        {
            for (int pass = 0; pass < passes.Length; pass++)
            {
                passes[pass][draw].AsSpan(start * tokens, size).CopyTo(choices.AsSpan(((draw * passes.Length) + pass) * size));
            }
        }

        return new PerTokenExperts(tensor(choices, draws, passes.Length * count, tokens).to(device), experts);
    }
}
