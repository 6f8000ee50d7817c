using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>Says of results what they are results of: encoder, data, rows and seeds.</summary>
internal static class ResultsContext
{
    /// <summary>Of one setting.</summary>
    public static string Of(TableResults results) =>
        $"{Encoder(results)}, {Data(results)}{Epochs(results)}{Consistency(results)}, {Seeds([results])}";

    /// <summary>Of several settings, which are named elsewhere.</summary>
    public static string Of(IReadOnlyList<TableResults> results) => $"{Encoder(results[0])}, {Seeds(results)}";

    /// <summary>How many rows judged; 0 where nothing was.</summary>
    public static int TestRows(TableResults results) => results.Variants.SelectMany(variant => variant.Seeds)
        .SelectMany(seed => seed.Results).Select(result => result.TestRows).DefaultIfEmpty(0).Max();

    public static string Encoder(TableResults results) => results.Reference.Variant.Configuration.Encoder.Name;

    private static string Data(TableResults results)
    {
        DataReference data = results.Setting.Data;
        string judged = TestRows(results) is > 0 and var rows ? $", {Count(rows, "test row")}" : "";
        return $"{data.Name} ({results.Setting.TrainingRows} of {data.TrainFile}{judged})";
    }

    // Of all methods; said where they are not as usual.
    private static string Epochs(TableResults results)
    {
        int[] epochs = [.. results.Variants.Select(variant => variant.Variant.At(results.Setting, 0))
            .Where(trial => trial.SetFit is null).Select(trial => trial.Options.Epochs!.Value).Distinct().Order()];
        return epochs switch
        {
            [] or [FewRows.UsualEpochs] => "",
            [var same] => $", {Count(same, "epoch")}",
            _ => $", {epochs[0]} to {Count(epochs[^1], "epoch")}",
        };
    }

    // Where it follows from the rows; said where it is not as usual.
    private static string Consistency(TableResults results) =>
        results.Variants.Select(variant => variant.Variant).Where(variant => variant.Configuration.Mixture.ConsistencyWeight is null)
            .Select(variant => variant.At(results.Setting, 0).Mixture.ConsistencyOrUsual)
            .Where(weight => weight > MixtureOptions.UsualConsistency).Distinct().ToArray() is [var weight]
            ? FormattableString.Invariant($", consistency {weight} where nothing else is said")
            : "";

    private static string Seeds(IEnumerable<TableResults> results)
    {
        int[] seeds = [.. results.SelectMany(result => result.Variants).SelectMany(variant => variant.Seeds)
            .Select(seed => seed.Seed).Distinct().Order()];
        return seeds switch
        {
            [] => "no seeds",
            [var only] => $"seed {only}",
            [var first, var second] => $"seeds {first} and {second}",
            _ when seeds[^1] - seeds[0] == seeds.Length - 1 => $"seeds {seeds[0]} to {seeds[^1]}",
            _ => $"seeds {string.Join(", ", seeds)}",
        };
    }

    private static string Count(int count, string what) => FormattableString.Invariant($"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
