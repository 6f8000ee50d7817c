namespace Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

/// <summary>Words between white space, and every punctuation character as a word of its own.</summary>
internal sealed class BertSplitter : IPreTokenizer
{
    private BertSplitter()
    {
    }

    public static BertSplitter Instance { get; } = new();

    public bool IsLocal => true;

    public bool SplitsAtBlanks => true;

    public void Split(Stretch stretch, List<Stretch> parts)
    {
        foreach ((int offset, int length) in BertPreTokenizer.Split(stretch.Span))
        {
            parts.Add(stretch.Part(offset, offset + length));
        }
    }
}
