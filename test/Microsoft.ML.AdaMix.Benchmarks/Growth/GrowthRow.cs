using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Benchmarks.Growth;

/// <summary>A row as it is generated and read.</summary>
internal sealed class GrowthRow
{
    [KeyType(2)]
    public uint Label { get; set; }

    public string Text { get; set; } = string.Empty;

    /// <summary>Rows made one by one while they are read: sentences with words of others, so that no two are alike.</summary>
    public static IEnumerable<GrowthRow> Generate(Texts texts, int count)
    {
        Random random = new(1);
        for (int row = 0; row < count; row++)
        {
            string sentence = texts.Sentences[random.Next(texts.Sentences.Length)];
            string[] words = texts.Sentences[random.Next(texts.Sentences.Length)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            yield return new GrowthRow
            {
                Label = (uint)(row % 2),
                Text = $"{words[random.Next(words.Length)]} {sentence} {words[random.Next(words.Length)]}",
            };
        }
    }
}
