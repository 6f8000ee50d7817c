using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Tests.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Reports;

[TestClass]
public sealed class LookTests
{
    private static readonly AblationTables Ablations = new(Trials.Published);

    [TestMethod]
    public void Within_a_plot_no_two_variants_look_alike()
    {
        foreach (StudyTable table in (StudyTable[])
            [.. Ablations.Find("all"), MethodVariants.Table(MethodVariants.Default, Trials.Published)])
        {
            string[] names = [.. table.Variants.Select(variant => variant.Name)];
            Assert.AreEqual(names.Length, names.Select(name => (Look.Of(name).Color, Look.Of(name).Shape)).Distinct().Count(), table.Name);
        }
    }

    [TestMethod]
    public void All_names_of_the_published_setting_look_alike()
    {
        Look expected = Look.Of("adamix");
        foreach (StudyTable table in Ablations.Find("all").Where(table => table.Name != RecipeTable.OfDefault))
        {
            Assert.AreEqual(expected, Look.Of(table.Variants[table.Reference].Name), table.Name);
        }
    }

    [TestMethod]
    [DataRow("share none", "without sharing")]
    [DataRow("share both", "shared both")]
    [DataRow("random route", "24 random routes, mean")]
    public void One_thing_of_two_tables_looks_alike(string one, string other) => Assert.AreEqual(Look.Of(one), Look.Of(other));

    [TestMethod]
    public void Different_things_of_different_tables_look_different()
    {
        string[] names = [.. Ablations.Find("all").SelectMany(table => table.Variants).Select(variant => variant.Name)
            .Concat(MethodVariants.Default)
            .Where(name => !name.Contains("AdaMix", StringComparison.Ordinal))
            .Except(["share none", "shared both", "24 random routes, mean"]).Distinct()];
        Assert.AreEqual(names.Length, names.Select(name => (Look.Of(name).Color, Look.Of(name).Shape)).Distinct().Count());
    }

    [TestMethod]
    public void A_mixture_has_the_colour_of_its_method_and_a_marker_of_its_own()
    {
        Assert.AreEqual(Look.Of("lora").Color, Look.Of("adamix-lora").Color);
        Assert.AreNotEqual(Look.Of("lora").Shape, Look.Of("adamix-lora").Shape);
    }

    [TestMethod]
    public void Options_give_a_method_another_mark_in_its_colour()
    {
        string[] names = ["full", "full:learning-rate=2e-4", "full:head-start=random"];
        Assert.AreEqual(1, names.Select(name => Look.Of(name).Color).Distinct().Count());
        Assert.HasCount(names.Length, names.Select(name => Look.Of(name).Shape).Distinct());
    }

    [TestMethod]
    public void A_violin_ends_at_the_lowest_and_the_highest_value()
    {
        Violin violin = new("1", [.. Enumerable.Range(0, 24).Select(i => 0.9 + (i % 7 * 0.002))], 0.9);
        IReadOnlyList<(double Height, double Width)> outline = violin.Outline(0.002);
        Assert.AreEqual(0.9, outline.Min(point => point.Height), 1e-12);
        Assert.AreEqual(0.912, outline.Max(point => point.Height), 1e-12);
        Assert.AreEqual(1, outline.Max(point => point.Width), 1e-12);
    }

    [TestMethod]
    public void Few_values_are_no_violin()
    {
        Assert.IsFalse(new Violin("1", [0.9, 0.91, 0.92], 0.9).IsDrawn);
        Assert.IsTrue(new Violin("1", [.. Enumerable.Repeat(0.9, Violin.Fewest)], 0.9).IsDrawn);
    }
}
