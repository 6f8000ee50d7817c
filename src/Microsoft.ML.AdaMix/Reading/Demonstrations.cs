using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Training rows of each class that stand behind every text, with the class's word in the place of the mask.</summary>
internal static class Demonstrations
{
    /// <summary>Adds them: to each training row some of the others, to all else the same ones.</summary>
    /// <param name="data">With words and a template; its rows have room for them.</param>
    /// <param name="perClass">Rows of a class, 1 or more.</param>
    /// <param name="seed">Draws them.</param>
    public static PreparedData Add(PreparedData data, int perClass, int seed)
    {
        RandomSource random = RandomSource.For(seed, "demonstrations");
        int[][] byClass = [.. Enumerable.Range(0, data.Labels.Count).Select(
            label => Enumerable.Range(0, data.Training.Count).Where(row => (int)data.Training.Targets[row] == label).ToArray())];
        int[][] Draw(int besides) =>
            [.. byClass.SelectMany(rows => Pick(rows, perClass, besides, random)).Select(row => Fill(data, row))];

        int[][] served = Draw(besides: -1);
        int vocabulary = data.Encoder.Config.VocabularySize;
        return data with
        {
            Text = data.Text with { Template = data.Text.Template! with { Demonstrations = served } },
            Training = Behind(data.Training, vocabulary, Draw),
            Validation = data.Validation is { } validation ? Behind(validation, vocabulary, _ => served) : null,
        };
    }

    // Some of the rows, but not one, in random order.
    private static List<int> Pick(int[] rows, int count, int besides, RandomSource random)
    {
        List<int> picked = [];
        int others = rows.Length - (rows.Contains(besides) ? 1 : 0);
        while (picked.Count < Math.Min(count, others))
        {
            int row = rows[random.Next(rows.Length)];
            if (row != besides && !picked.Contains(row))
            {
                picked.Add(row);
            }
        }

        return picked;
    }

    // A row without its first token and with its class's first word at the mask.
    private static int[] Fill(PreparedData data, int row)
    {
        int[] ids = data.Training.Ids[row].Ids;
        TextTemplate template = data.Text.Template!;
        int mask = Array.IndexOf(ids, template.MaskId);
        return [.. ids[1..mask], .. data.Words!.Ids[(int)data.Training.Targets[row]][0], .. ids[(mask + template.Masks)..]];
    }

    private static TrainingRows Behind(TrainingRows rows, int vocabulary, Func<int, int[][]> demonstrations)
    {
        TokenTable ids = new(vocabulary);
        for (int row = 0; row < rows.Count; row++)
        {
            TokenIds own = rows.Ids[row];
            int[] all = [.. own.Ids, .. demonstrations(row).SelectMany(demonstration => demonstration)];
            ids.Add(new TokenIds(all, all.Length, own.Cut));
        }

        return rows with { Ids = ids };
    }
}
