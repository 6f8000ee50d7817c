using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class SamplingErrorTests
{
    private static readonly bool[] Pattern = [true, false, true, true, false, false, true, true, true, false, true];

    // √(0.96 · 0.04 / 500).
    [TestMethod]
    public void An_accuracy_of_96_percent_on_500_rows_has_a_standard_error_of_0_9_points() =>
        Assert.AreEqual(0.0087636, SamplingError.OfShare(0.96, 500), 5e-8);

    [TestMethod]
    public void No_and_all_rows_right_are_not_without_error()
    {
        Assert.AreEqual(Math.Sqrt(101.0 / 102 * (1.0 / 102) / 100), SamplingError.OfShare(1, 100), 1e-12);
        Assert.AreEqual(SamplingError.OfShare(1, 100), SamplingError.OfShare(0, 100), 1e-12);
        Assert.IsTrue(double.IsNaN(SamplingError.OfShare(double.NaN, 0)));
    }

    // 25 rows only the first has right, 15 only the second, of 200: √((40 − 10² / 200) / 199 / 200).
    [TestMethod]
    public void The_error_of_a_difference_comes_from_the_rows_on_which_two_models_disagree()
    {
        double[] first = [.. Enumerable.Range(0, 200).Select(row => row < 125 ? 1.0 : 0)];
        double[] second = [.. Enumerable.Range(0, 200).Select(row => row is < 100 or >= 185 ? 1.0 : 0)];
        Assert.AreEqual(Math.Sqrt((40 - (100.0 / 200)) / 199 / 200), SamplingError.OfDifference(first, second), 1e-12);
        Assert.AreEqual(0, SamplingError.OfDifference(first, first));
    }

    [TestMethod]
    public void Right_rows_come_back_as_they_were_written_and_are_averaged_over_results()
    {
        TrialResult one = Result(Pattern);
        CollectionAssert.AreEqual(Pattern.Select(right => right ? 1.0 : 0).ToArray(), RightRows.Shares([one]));
        CollectionAssert.AreEqual(
            Pattern.Select(right => right ? 1.0 : 0.5).ToArray(), RightRows.Shares([one, Result([.. Pattern.Select(_ => true)])]));
    }

    [TestMethod]
    public void Results_without_right_rows_or_of_other_test_rows_have_no_shares()
    {
        Assert.IsNull(RightRows.Shares([]));
        Assert.IsNull(RightRows.Shares([Result(Pattern), Result(Pattern) with { Right = null }]));
        Assert.IsNull(RightRows.Shares([Result(Pattern), Result([true, false])]));
        Assert.IsNull(RightRows.Shares([Result(Pattern) with { Right = "?" }]));
    }

    private static TrialResult Result(bool[] right) => Trials.Result(Trials.Published, InferenceMode.Merged, 0.5) with
    {
        TestRows = right.Length,
        Right = RightRows.Write(right),
    };
}
