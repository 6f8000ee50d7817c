using Microsoft.ML.AdaMix.Tokenization.Patterns;

namespace Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

/// <summary>Which words SentencePiece's mark is put before.</summary>
internal enum MetaspacePrefix
{
    Always,
    First,
    Never,
}

/// <summary>Writes blanks as SentencePiece's mark, and splits before each.</summary>
internal sealed class MetaspaceSplitter(string mark, MetaspacePrefix prefix, bool splits) : IPreTokenizer
{
    private readonly StringPattern _marks = new(mark);

    public bool IsLocal => true;

    public bool SplitsAtBlanks => splits;

    public void Split(Stretch stretch, List<Stretch> parts)
    {
        bool isMarked = stretch.Span[0] == ' ' || stretch.Span.StartsWith(mark, StringComparison.Ordinal);
        bool hasBlank = stretch.Span.Contains(' ');
        bool isPrefixed = !isMarked && (prefix == MetaspacePrefix.Always || (prefix == MetaspacePrefix.First && stretch.Head > 0));
        string text = isPrefixed ? string.Concat(mark, stretch.Span) : hasBlank ? stretch.ToString() : string.Empty;
        if (hasBlank)
        {
            text = mark.Length == 1 ? text.Replace(' ', mark[0]) : text.Replace(" ", mark, StringComparison.Ordinal);
        }

        Stretch marked = isPrefixed ? new(text.AsMemory(), stretch.Head == 0 ? 0 : stretch.Head + mark.Length)
            : hasBlank ? new(text.AsMemory(), stretch.Head) : stretch;
        if (!splits || !marked.Span[1..].Contains(mark, StringComparison.Ordinal))
        {
            parts.Add(marked);
            return;
        }

        foreach ((int start, int end) in SplitBehavior.MergedWithNext.Parts(_marks.Split(marked.Span)))
        {
            parts.Add(marked.Part(start, end));
        }
    }
}
