using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Accuracy of the variants of a table, and beside it how they differ from the reference. One line a variant, since their names are long.
/// </summary>
internal static class AccuracyPlot
{
    private const int HeightOfRow = 34;
    private const int HeightOfRest = 70;
    private const int WidthOfPanel = 470;
    private const int WidthOfLetter = 8;
    private const int Top = 6;
    private const int Bottom = 58;
    private const int Side = 24;
    private const double LeastReach = 2; // points; so that small differences look small
    private const double Normal = 1.96; // standard errors of a 95 % range

    public static void Save(TableResults results, string path)
    {
        int[] shown = [.. results.Variants.Select((_, index) => index).Where(index => results.Variants[index].Seeds.Count > 0)];
        string[] names = [.. shown.Select(index => results.Variants[index].Variant.Name)];
        int namesWidth = (WidthOfLetter * names.Max(name => name.Length)) + 20;
        int width = WidthOfPanel + namesWidth;
        string reference = results.Reference.Variant.Name;
        PlotTitle title = new(results.Table.Title, ResultsContext.Of(results),
            "Left: small circles are seeds (none: one seed), the large mark their mean, the grey bar its 95 % range from the choice of "
            + $"test rows. Right: differences to {reference}, paired by seed, and the 95 % interval of their mean (t, from 2 seeds).");
        Plot accuracies = PlotStyle.Create("test accuracy (%)", "");
        Plot differences = PlotStyle.Create($"difference to {reference} (points)", "");
        differences.Add.VerticalLine(0, 1, PlotStyle.Faint);
        Bar(differences, -LeastReach, LeastReach, 0, Colors.Transparent, 1);
        IReadOnlyList<Comparison?> comparisons = Comparison.OverSeeds(results, StudyMetric.Accuracy);
        double[] positions = [.. shown.Select((_, index) => (double)(shown.Length - 1 - index))]; // the first on top
        for (int i = 0; i < shown.Length; i++)
        {
            AddAccuracy(accuracies, results.Variants[shown[i]], positions[i]);
            if (comparisons[shown[i]] is { } comparison)
            {
                AddDifference(differences, results.Variants[shown[i]], results.Reference, comparison.Test, positions[i]);
            }
        }

        PlotStyle.Name(accuracies.Axes.Left, positions, names);
        PlotStyle.Name(differences.Axes.Left, positions, [.. names.Select(_ => "")]);
        Finish(accuracies, shown.Length, namesWidth);
        Finish(differences, shown.Length, Side);
        PlotSheet.Save(
            title, [(accuracies, width), (differences, WidthOfPanel)], (HeightOfRow * shown.Length) + HeightOfRest, path);
    }

    private static void AddAccuracy(Plot plot, VariantResult variant, double position)
    {
        Look look = Look.Of(variant.Variant.Name);
        double mean = variant.Accuracy.Mean * 100;
        double reach = Normal * SamplingError.OfShare(variant.Accuracy.Mean, variant.TestRows) * 100;
        Bar(plot, mean - reach, mean + reach, position, PlotStyle.Faint.WithAlpha(.6), 5);
        Seeds(plot, [.. variant.Seeds.Select(seed => seed.Accuracy)], position, look);
        PlotStyle.Mark(plot, mean, position, look);
    }

    private static void AddDifference(Plot plot, VariantResult variant, VariantResult reference, PairedTest test, double position)
    {
        if (test.Pairs == 0)
        {
            return;
        }

        Look look = Look.Of(variant.Variant.Name);
        if (test.HasInterval)
        {
            Bar(plot, test.Low * 100, test.High * 100, position, look.Color, PlotStyle.LineWidth);
        }

        Seeds(plot, StudyMetric.Accuracy.Differences(variant, reference), position, look);
        PlotStyle.Mark(plot, test.Difference * 100, position, look);
    }

    // A single one is the mean.
    private static void Seeds(Plot plot, IReadOnlyList<double> values, double position, Look look)
    {
        foreach (double value in values.Count > 1 ? values : [])
        {
            plot.Add.Marker(value * 100, position, MarkerShape.OpenCircle, PlotStyle.MarkerSize - 3, look.Color);
        }
    }

    private static void Bar(Plot plot, double from, double to, double position, Color color, float width)
    {
        var bar = plot.Add.Line(from, position, to, position);
        bar.LineColor = color;
        bar.LineWidth = width;
    }

    // The same place above and below in both panels, so that their rows stand side by side.
    private static void Finish(Plot plot, int rows, int left)
    {
        plot.Axes.Margins(horizontal: 0.08);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(-0.6, rows - 0.4);
        plot.Layout.Fixed(new PixelPadding(left, Side, Bottom, Top));
    }
}
