using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

/// <summary>GPT-2's words, and its printable characters for their bytes.</summary>
internal sealed class ByteLevelSplitter(bool addPrefixSpace, bool usesPattern) : IPreTokenizer
{
    public bool AddPrefixSpace => addPrefixSpace;

    public bool UsesPattern => usesPattern;

    public bool IsLocal => true;

    public bool SplitsAtBlanks => usesPattern;

    public void Split(Stretch stretch, List<Stretch> parts)
    {
        int before = parts.Count;
        SplitText(stretch, parts);
        for (int i = before; i < parts.Count; i++)
        {
            int head = Math.Min(parts[i].Head, parts[i].Text.Length);
            parts[i] = new(
                ByteCharacters.Encode(parts[i].Span).AsMemory(), Encoding.UTF8.GetByteCount(parts[i].Span[..head]));
        }
    }

    /// <summary>The words as text, not yet as bytes.</summary>
    public void SplitText(Stretch stretch, List<Stretch> parts)
    {
        if (addPrefixSpace && stretch.Span[0] != ' ')
        {
            stretch = new(string.Concat(" ", stretch.Span).AsMemory(), stretch.Head == 0 ? 0 : stretch.Head + 1);
        }

        if (!usesPattern)
        {
            parts.Add(stretch);
            return;
        }

        for (int start = 0, end; start < stretch.Text.Length; start = end)
        {
            end = Gpt2PreTokenizer.WordEnd(stretch.Span, start);
            parts.Add(stretch.Part(start, end));
        }
    }
}
