using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>The violins of figure 5, whose table has the merged model first and the random routes second.</summary>
internal static class Violins
{
    /// <summary>A violin a seed: every mixture against its own merged model.</summary>
    public static IEnumerable<Violin> BySeed(TableResults results) => results.Variants[1].Seeds
        .Where(seed => results.Reference.Accuracies.ContainsKey(seed.Seed))
        .Select(seed => new Violin($"{seed.Seed}", [.. seed.Results.Select(route => route.Accuracy)], results.Reference.Accuracies[seed.Seed]));

    /// <summary>One violin for all seeds, none where there is no result.</summary>
    public static IEnumerable<Violin> Together(TableResults results) => results.Variants[1].Seeds.Count == 0 || results.Reference.Seeds.Count == 0
        ? []
        : [new Violin(results.Setting.Title.Replace(", ", "\n", StringComparison.Ordinal), [.. results.Variants[1].Seeds.SelectMany(seed => seed.Results).Select(route => route.Accuracy)], results.Reference.Accuracy.Mean)];

    public static int TestRows(TableResults results) => Math.Max(1, results.Variants.SelectMany(variant => variant.Seeds).SelectMany(seed => seed.Results).Select(result => result.TestRows).DefaultIfEmpty(1).Max());
}
