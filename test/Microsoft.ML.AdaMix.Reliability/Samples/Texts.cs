using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reliability.Samples;

/// <summary>A row as the models of this program read it.</summary>
internal sealed class TextRow
{
    public string Text { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;
}

/// <summary>What they give.</summary>
internal sealed class TextScores
{
    [VectorType]
    public float[] Score { get; set; } = [];
}

/// <summary>Texts of random words, of one to thirty letters.</summary>
internal static class Texts
{
    private static readonly string[] Classes = ["animal", "food"];

    public static TextRow[] Rows(int count, int seed = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(row => new TextRow
        {
            Text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => "abcde fghij"[random.Next(11)])),
            Label = Classes[row % Classes.Length],
        })];
    }
}
