using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>What all plots look like: for print at about 300 dots an inch, with colours that can be told apart by everybody.</summary>
internal static class PlotStyle
{
    /// <summary>Pixels a point of the layout.</summary>
    public const int Scale = 3;

    public const int Width = 640;
    public const int Height = 420;

    /// <summary>Points of accuracy that an axis shows at least, so that small differences look small.</summary>
    public const double LeastPoints = 4;

    public const float LineWidth = 2;
    public const float MarkerSize = 8;

    public static readonly Color Ink = Color.FromHex("#222222");
    public static readonly Color Faint = Color.FromHex("#9A9A9A");

    /// <summary>What stands out: AdaMix, whose model is merged.</summary>
    public static readonly Color Accent = Color.FromHex("#D55E00");

    // ScottPlot's own choice may end at a serif font where Open Sans is not installed.
    public static readonly string FontName = new[] { "Helvetica", "Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans", "Segoe UI" }
        .FirstOrDefault(name => SKFontManager.Default.FontFamilies.Contains(name, StringComparer.OrdinalIgnoreCase), Fonts.Sans);

    /// <summary>An empty plot; its title is <see cref="PlotSheet"/>'s.</summary>
    /// <param name="xTitle">What is along the bottom, with its unit.</param>
    /// <param name="yTitle">What is along the left.</param>
    public static Plot Create(string xTitle, string yTitle)
    {
        Plot plot = new() { ScaleFactor = Scale };
        plot.Font.Set(FontName);
        plot.Legend.FontName = FontName;
        plot.XLabel(xTitle, 15);
        plot.YLabel(yTitle, 15);
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = 13;
        }

        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Color.FromHex("#E6E6E6");
        plot.Legend.FontSize = 13;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(.85);
        return plot;
    }

    /// <summary>Sets the axes to what is drawn, with margins, and wider about its middle where that is little.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="leastWidth">In units of the bottom axis.</param>
    /// <param name="leastHeight">In units of the left axis.</param>
    public static void Fit(Plot plot, double leastWidth, double leastHeight)
    {
        plot.Axes.Margins(0.06, 0.08);
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        double moreWidth = Math.Max(0, leastWidth - limits.HorizontalSpan) / 2;
        double moreHeight = Math.Max(0, leastHeight - limits.VerticalSpan) / 2;
        plot.Axes.SetLimits(
            limits.Left - moreWidth, limits.Right + moreWidth, limits.Bottom - moreHeight, limits.Top + moreHeight);
    }

    /// <summary>Names instead of numbers on an axis.</summary>
    public static void Name(IAxis axis, IReadOnlyList<double> positions, IReadOnlyList<string> names)
    {
        axis.TickGenerator = new NumericManual([.. positions], [.. names]);
        axis.MajorTickStyle.Length = 0;
    }

    /// <summary>From the lowest to the highest value, where there are several, as an upright line.</summary>
    public static void Range(Plot plot, double x, IReadOnlyCollection<double> values, Color color)
    {
        if (values.Count > 1)
        {
            var line = plot.Add.Line(x, values.Min(), x, values.Max());
            line.LineColor = color;
            line.LineWidth = 1.5f;
        }
    }

    /// <summary>A mark with a rim, so that those upon each other can be told apart.</summary>
    public static IHasLegendText Mark(Plot plot, double x, double y, Look look)
    {
        var mark = plot.Add.Marker(x, y, look.Shape, MarkerSize + 1, look.Color);
        if (look.IsFilled)
        {
            mark.MarkerStyle.OutlineColor = Colors.White;
            mark.MarkerStyle.OutlineWidth = 1;
        }

        return mark;
    }
}
