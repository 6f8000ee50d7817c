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
        int head = stretch.Head;
        foreach ((int start, int end, bool isMatch) in pattern.Split(stretch.Span))
        {
            if (isMatch)
            {
                replaced ??= new StringBuilder(stretch.Text.Length + 16);
                replaced.Append(stretch.Span[done..start]);
                if (start < stretch.Head)
                {
                    head = replaced.Length + content.Length;
                }

                replaced.Append(content);
                done = end;
            }
        }

        return replaced is null
            ? stretch
            : new Stretch(replaced.Append(stretch.Span[done..]).ToString().AsMemory(), head);
    }
}
