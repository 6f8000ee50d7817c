using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

/// <summary>Splits where the script changes; characters of no script go with what stands before them.</summary>
/// <remarks>What stands before the first character of a script is left out, as the library leaves it out.</remarks>
internal sealed class ScriptSplitter : IPreTokenizer
{
    private const byte NoScript = 0;

    private static readonly Lazy<byte[]> Scripts = new(() =>
    {
        byte[] scripts = new byte[CharacterSet.Size];
        byte number = NoScript;
        foreach (string name in CharacterTables.Names("group."))
        {
            number++;
            foreach ((int first, int last) in CharacterTables.Set(name).Ranges)
            {
                scripts.AsSpan(first..(last + 1)).Fill(number);
            }
        }

        return scripts;
    });

    public bool IsLocal => true;

    public bool SplitsAtBlanks => false;

    public void Split(Stretch stretch, List<Stretch> parts)
    {
        byte last = NoScript;
        int start = -1;
        for (int at = 0, width; at < stretch.Text.Length; at += width)
        {
            Rune.DecodeFromUtf16(stretch.Span[at..], out Rune rune, out width);
            byte script = Scripts.Value[rune.Value];
            if (script != NoScript && script != last)
            {
                if (start >= 0)
                {
                    parts.Add(stretch.Part(start, at));
                }

                (start, last) = (at, script);
            }
        }

        if (start >= 0)
        {
            parts.Add(stretch.Part(start, stretch.Text.Length));
        }
    }
}
