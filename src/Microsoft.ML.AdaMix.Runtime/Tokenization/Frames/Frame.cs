namespace Microsoft.ML.AdaMix.Tokenization.Frames;

/// <summary>Special tokens around a text, and around and between a pair.</summary>
/// <param name="Single">Around a text.</param>
/// <param name="Pair">Around a pair.</param>
internal sealed record Frame(IReadOnlyList<FrameItem> Single, IReadOnlyList<FrameItem> Pair)
{
    /// <summary>No special tokens; the second text is of type 1.</summary>
    public static Frame None { get; } = new([Text(FramePart.First, 0)], [Text(FramePart.First, 0), Text(FramePart.Second, 1)]);

    /// <summary>RoBERTa: <c>&lt;s&gt; A &lt;/s&gt;</c> and <c>&lt;s&gt; A &lt;/s&gt;&lt;/s&gt; B &lt;/s&gt;</c>, all of type 0.</summary>
    public static Frame Roberta(int cls, int sep) => new(
        [Special(0, cls), Text(FramePart.First, 0), Special(0, sep)],
        [Special(0, cls), Text(FramePart.First, 0), Special(0, sep, sep), Text(FramePart.Second, 0), Special(0, sep)]);

    /// <summary>BERT: <c>[CLS] A [SEP]</c> and <c>[CLS] A [SEP] B [SEP]</c>, the last part of another type.</summary>
    public static Frame Bert(int cls, int sep, int secondType = 1) => new(
        [Special(0, cls), Text(FramePart.First, 0), Special(0, sep)],
        [Special(0, cls), Text(FramePart.First, 0), Special(0, sep), Text(FramePart.Second, secondType), Special(secondType, sep)]);

    public static FrameItem Special(int type, params int[] ids) => new(FramePart.Special, ids, type);

    public static FrameItem Text(FramePart part, int type) => new(part, [], type);

    /// <summary>How many special tokens there are.</summary>
    public static int Count(IReadOnlyList<FrameItem> items) => items.Sum(item => item.Ids.Length);

    /// <summary>Refuses ids that the encoder has no embedding for.</summary>
    /// <exception cref="InvalidDataException">There is such an id.</exception>
    public void RequireWithin(int rows, string source)
    {
        if (Single.Concat(Pair).SelectMany(item => item.Ids).DefaultIfEmpty(0).Max() is var id && id >= rows)
        {
            throw new InvalidDataException(
                $"The post_processor of tokenizer.json of '{source}' puts the id {id} around texts, but the encoder has embeddings for "
                + $"{rows} tokens, ids 0 to {rows - 1}.");
        }
    }

    /// <summary>The special tokens before the one text, and those behind it.</summary>
    public (int[] Before, int[] Behind) AroundText()
    {
        int text = Single.ToList().FindIndex(item => item.Part == FramePart.First);
        return ([.. Single.Take(text).SelectMany(item => item.Ids)], [.. Single.Skip(text).SelectMany(item => item.Ids)]);
    }
}
