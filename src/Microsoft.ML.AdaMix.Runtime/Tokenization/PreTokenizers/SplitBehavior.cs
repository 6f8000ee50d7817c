using Microsoft.ML.AdaMix.Tokenization.Patterns;

namespace Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

/// <summary>What becomes of a match when text is split at it.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>The parts of a text by its matches, as the Rust library makes them.</summary>
internal static class SplitBehaviors
{
    /// <summary>Starts and ends, in order.</summary>
    public static List<(int Start, int End)> Parts(this SplitBehavior behavior, List<Match> matches)
    {
        List<(int Start, int End)> parts = new(matches.Count);
        bool wasMatch = false;
        if (behavior == SplitBehavior.MergedWithNext)
        {
            for (int i = matches.Count - 1; i >= 0; wasMatch = matches[i--].IsMatch)
            {
                Add(parts, matches[i], parts.Count > 0 && matches[i].IsMatch && !wasMatch);
            }

            parts.Reverse();
            return parts;
        }

        foreach (Match match in matches)
        {
            if (behavior != SplitBehavior.Removed || !match.IsMatch)
            {
                Add(parts, match, parts.Count > 0 && behavior switch
                {
                    SplitBehavior.Contiguous => match.IsMatch == wasMatch,
                    SplitBehavior.MergedWithPrevious => match.IsMatch && !wasMatch,
                    _ => false,
                });
            }

            wasMatch = match.IsMatch;
        }

        return parts;
    }

    private static void Add(List<(int Start, int End)> parts, Match match, bool isJoined)
    {
        if (isJoined)
        {
            parts[^1] = (Math.Min(parts[^1].Start, match.Start), Math.Max(parts[^1].End, match.End));
        }
        else
        {
            parts.Add((match.Start, match.End));
        }
    }
}
