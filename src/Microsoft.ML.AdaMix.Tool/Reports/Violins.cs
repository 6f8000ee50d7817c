using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>The violins of figure 5, whose table has the merged model first and the random routes second.</summary>
internal static class Violins
{
    /// <summary>A violin a seed: every mixture against its own merged model.</summary>
    public static IEnumerable<Violin> BySeed(TableResults results) => results.Variants[1].Seeds
        .Where(seed => results.Reference.Accuracies.ContainsKey(seed.Seed))
        .Select(seed => new Violin(
            $"{seed.Seed}", [.. seed.Results.Select(route => route.Accuracy)], results.Reference.Accuracies[seed.Seed]));

    /// <summary>
    /// One violin for all seeds, none where there is no result: each route's accuracy less that of its own mixture's merged model, since
    /// seeds differ by more than routes.
    /// </summary>
    public static IEnumerable<Violin> Together(TableResults results)
    {
        double[] differences = [.. BySeed(results).SelectMany(seed => seed.Routes.Select(route => route - seed.Merged))];
        return differences.Length == 0
            ? []
            : [new Violin(results.Setting.Data.Name, differences, 0)];
    }
}
