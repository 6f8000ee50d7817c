using Microsoft.ML.AdaMix.Tokenization.Characters;
using Microsoft.ML.AdaMix.Tokenization.Patterns;

namespace Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

/// <summary>Splits at what a pattern matches.</summary>
internal sealed class PatternSplitter(IPattern pattern, SplitBehavior behavior, bool splitsAtBlanks = false) : IPreTokenizer
{
    /// <summary>Words between white space.</summary>
    public static PatternSplitter WhiteSpace { get; } = new(
        new CharacterPattern(CharacterTables.Set("white")), SplitBehavior.Removed, splitsAtBlanks: true);

    /// <summary>Words of letters, digits and marks, and what stands between them and white space.</summary>
    public static PatternSplitter WordsAndOther { get; } = new(new WordPattern(), SplitBehavior.Removed, splitsAtBlanks: true);

    public bool IsLocal => pattern.IsLocal && behavior != SplitBehavior.MergedWithPrevious;

    public bool SplitsAtBlanks => splitsAtBlanks;

    /// <summary>Digits, in runs or each by itself.</summary>
    public static PatternSplitter Digits(bool individual) => new(
        new CharacterPattern(CharacterTables.Set("numeric")), individual ? SplitBehavior.Isolated : SplitBehavior.Contiguous);

    /// <summary>Punctuation as BERT has it.</summary>
    public static PatternSplitter Punctuation(SplitBehavior behavior) =>
        new(new CharacterPattern(CharacterTables.Set("punctuation")), behavior);

    public void Split(Stretch stretch, List<Stretch> parts)
    {
        List<Match> matches = pattern.Split(stretch.Span);
        if (behavior == SplitBehavior.Removed)
        {
            foreach (Match match in matches)
            {
                if (!match.IsMatch && match.End > match.Start)
                {
                    parts.Add(stretch.Part(match.Start, match.End));
                }
            }

            return;
        }

        foreach ((int start, int end) in behavior.Parts(matches))
        {
            if (end > start)
            {
                parts.Add(stretch.Part(start, end));
            }
        }
    }
}
