namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Where the windows of a text lie.</summary>
internal static class WindowPlaces
{
    /// <summary>
    /// Places of windows as Hugging Face's tokenizers cut them: each begins a step behind the one before, the first that reaches the
    /// text's end is the last.
    /// </summary>
    /// <param name="tokens">Tokens of the text.</param>
    /// <param name="length">Tokens of a window, 1 or more unless the text is empty.</param>
    /// <param name="step">From a window's start to the next one's, 1 or more.</param>
    /// <param name="most">How many there are at most, 1 or more.</param>
    /// <param name="fromEnd">Whether the first one has the text's end, and the others go towards its beginning.</param>
    /// <returns>One or more.</returns>
    public static List<(int Start, int Length)> Cut(int tokens, int length, int step, int most, bool fromEnd)
    {
        List<(int Start, int Length)> places = [];
        for (int start = 0; places.Count == 0 || (places.Count < most && start - step + length < tokens); start += step)
        {
            int own = Math.Min(length, tokens - start);
            places.Add((fromEnd ? tokens - start - own : start, own));
        }

        return places;
    }
}
