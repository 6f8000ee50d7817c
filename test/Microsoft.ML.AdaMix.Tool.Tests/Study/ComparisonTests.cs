using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class ComparisonTests
{
    private static readonly StudyTable Table = MethodVariants.Table(["adamix", "lora"], Trials.Published);

    [TestMethod]
    public void Numbers_of_rows_of_one_data_set_are_nested_and_are_never_taken_together()
    {
        TableResults[] nested = [Results("a", 100, -0.01, -0.02), Results("a", 200, -0.01, -0.03)];
        Assert.ThrowsExactly<ArgumentException>(() => Comparison.OverDataSets(nested, StudyMetric.Accuracy));
        Assert.IsEmpty(OverviewMarkdown.Groups(nested).ToArray());

        // Two data sets at two numbers of rows: an overview for each number.
        TableResults[] all = [.. nested, Results("b", 100, 0.01), Results("b", 200, 0.02)];
        CollectionAssert.AreEqual(
            new (int?, int)[] { (100, 2), (200, 2) },
            OverviewMarkdown.Groups(all).Select(group => (group[0].Setting.Rows, group.Count)).ToArray());
    }

    // Two data sets with two seeds each and one with one: means −1, −2 and +1 points; t = −0.6667 / (1.5275 / √3) with 2 degrees of
    // freedom, p = 0.52860, and 4.30265 standard errors to each side.
    [TestMethod]
    public void A_data_set_counts_once_however_many_seeds_it_has()
    {
        TableResults[] all = [Results("a", null, -0.005, -0.015), Results("b", null, -0.03, -0.01), Results("c", null, 0.01)];
        PairedTest test = Comparison.OverDataSets(all, StudyMetric.Accuracy)[1]!.Test;
        Assert.AreEqual(3, test.Pairs);
        Assert.AreEqual(-0.02 / 3, test.Difference, 1e-12);
        Assert.AreEqual(0.52860, test.P, 1e-5);
        Assert.AreEqual(4.30265 * 0.0152753 / Math.Sqrt(3), test.High - test.Difference, 1e-6);
    }

    [TestMethod]
    public void Data_sets_with_the_same_test_rows_are_one_unit()
    {
        TableResults[] all = [Results("a", null, -0.01), Results("b", null, -0.03), Results("c", null, 0.01)];
        all[1] = all[1] with { Setting = all[1].Setting with { TestSet = all[0].Setting.TestSet } };
        PairedTest test = Comparison.OverDataSets(all, StudyMetric.Accuracy)[1]!.Test;
        Assert.AreEqual(2, test.Pairs);
        Assert.AreEqual(-0.005, test.Difference, 1e-12);
    }

    [TestMethod]
    public void The_order_of_results_and_data_sets_does_not_matter()
    {
        TableResults[] all = [Results("a", null, -0.005, -0.015), Results("b", null, -0.03, -0.01), Results("c", null, 0.01)];
        TableResults[] turned = [.. all.Reverse().Select(results => results with
        {
            Variants = [.. results.Variants.Select(variant => new VariantResult(variant.Variant, [.. variant.Seeds.Reverse()], []))],
        })];
        PairedTest expected = Comparison.OverDataSets(all, StudyMetric.Accuracy)[1]!.Test;
        PairedTest actual = Comparison.OverDataSets(turned, StudyMetric.Accuracy)[1]!.Test;
        Assert.AreEqual(expected.P, actual.P, 1e-12);
        Assert.AreEqual(expected.Low, actual.Low, 1e-12);
    }

    [TestMethod]
    public void P_is_corrected_over_the_variants_that_have_one()
    {
        StudyTable table = MethodVariants.Table(["adamix", "lora", "full", "head"], Trials.Published);
        TableResults results = new(table, Trials.Setting, [
            Variant(table.Variants[0], 0.80, 0.80, 0.80), Variant(table.Variants[1], 0.79, 0.78, 0.77),
            Variant(table.Variants[2], 0.81, 0.80, 0.82), Variant(table.Variants[3], 0.60, 0.61)]);
        IReadOnlyList<Comparison?> comparisons = Comparison.OverSeeds(results, StudyMetric.Accuracy);
        Assert.IsNull(comparisons[0]);
        Assert.AreEqual(2, Comparison.Family(comparisons));
        Assert.AreEqual(2 * comparisons[1]!.Test.P, comparisons[1]!.CorrectedP, 1e-12);
        Assert.IsTrue(double.IsNaN(comparisons[3]!.CorrectedP)); // two seeds
    }

    // Log losses 0.2 and 0.4 to 0.1 and 0.1: ratios 2 and 4, whose geometric mean is √8; lower is better.
    [TestMethod]
    public void Log_losses_are_compared_by_their_ratio()
    {
        TableResults results = new(
            Table, Trials.Setting, [Variant(Table.Variants[0], 0.9, 0.9), Variant(Table.Variants[1], 0.8, 0.6)]);
        PairedTest test = Comparison.OverSeeds(results, StudyMetric.LogLoss)[1]!.Test;
        Assert.AreEqual(Math.Sqrt(8), StudyMetric.LogLoss.Shown(test.Difference), 1e-9);
        Assert.IsTrue(StudyMetric.LogLoss.LowerIsBetter);
        Assert.IsFalse(StudyMetric.Accuracy.LowerIsBetter);
    }

    private static TableResults Results(string data, int? rows, params double[] differences) => new(
        Table, new StudySetting(new DataReference(data, "train.tsv", null, data), rows),
        [Variant(Table.Variants[0], [.. differences.Select(_ => 0.8)]),
            Variant(Table.Variants[1], [.. differences.Select(difference => 0.8 + difference)])]);

    private static VariantResult Variant(Variant variant, params double[] accuracies) => new(
        variant, [.. accuracies.Select((accuracy, i) => new SeedResult(i + 1, accuracy, accuracy, 1 - accuracy, []))], []);
}
