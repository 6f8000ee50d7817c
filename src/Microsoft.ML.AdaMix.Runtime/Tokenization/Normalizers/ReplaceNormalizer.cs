using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Patterns;

namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>Replaces each match of a pattern.</summary>
internal sealed class ReplaceNormalizer(IPattern pattern, string content) : INormalizer
{
    public bool IsLocal => pattern.IsLocal;

    public Stretch Normalize(Stretch stretch)
    {
        StringBuilder? replaced = null;
        int done = 0;
        int head = 0;
        foreach ((int start, int end, bool isMatch) in pattern.Split(stretch.Span))
        {
            if (isMatch)
            {
                replaced ??= new StringBuilder(stretch.Text.Length + 16);
                head = done <= stretch.Head ? replaced.Length + Math.Min(start, stretch.Head) - done : head;
                replaced.Append(stretch.Span[done..start]).Append(content);
                if (end <= stretch.Head)
                {
                    head = replaced.Length; // the library counts the content to the last character that it stands for
                }

                done = end;
            }
        }

        if (replaced is null)
        {
            return stretch;
        }

        head = done <= stretch.Head ? replaced.Length + stretch.Head - done : head;
        return new Stretch(replaced.Append(stretch.Span[done..]).ToString().AsMemory(), stretch.Head == 0 ? 0 : head);
    }
}
