using Microsoft.ML.AdaMix.Files;
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

    public const float LineWidth = 2;
    public const float MarkerSize = 8;

    public static readonly Color Ink = Color.FromHex("#222222");
    public static readonly Color Faint = Color.FromHex("#9A9A9A");

    /// <summary>What stands out: the merged model.</summary>
    public static readonly Color Accent = Color.FromHex("#D55E00");

    // Okabe and Ito's, without yellow, which is too pale on white.
    private static readonly Color[] Colors =
    [
        Color.FromHex("#0072B2"), Accent, Color.FromHex("#009E73"), Color.FromHex("#CC79A7"), Color.FromHex("#56B4E9"),
        Color.FromHex("#E69F00"), Ink,
    ];

    private static readonly MarkerShape[] Shapes =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond,
        MarkerShape.FilledTriangleDown, MarkerShape.OpenCircle, MarkerShape.OpenSquare,
    ];

    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    // ScottPlot's own choice may end at a serif font where Open Sans is not installed.
    public static readonly string FontName = new[] { "Helvetica", "Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans", "Segoe UI" }
        .FirstOrDefault(name => SKFontManager.Default.FontFamilies.Contains(name, StringComparer.OrdinalIgnoreCase), Fonts.Sans);

    public static Color ColorOf(int index) => Colors[index % Colors.Length];

    // Shifted in each round of the colours, so that no two of 49 have the same colour and shape.
    public static MarkerShape ShapeOf(int index) => Shapes[(index + (index / Colors.Length)) % Shapes.Length];

    public static LinePattern PatternOf(int index) => Patterns[index / Colors.Length % Patterns.Length];

    public static Plot Create(string title, string xTitle, string yTitle)
    {
        Plot plot = new() { ScaleFactor = Scale };
        plot.Font.Set(FontName);
        plot.Legend.FontName = FontName;
        plot.Title(title, 16);
        plot.XLabel(xTitle, 15);
        plot.YLabel(yTitle, 15);
        plot.Axes.Title.Label.Bold = false;
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
        plot.Legend.ShadowColor = ScottPlot.Colors.Transparent;
        plot.Legend.BackgroundColor = ScottPlot.Colors.White.WithAlpha(.85);
        return plot;
    }

    /// <summary>Names instead of numbers on an axis.</summary>
    public static void Name(IAxis axis, IReadOnlyList<double> positions, IReadOnlyList<string> names)
    {
        axis.TickGenerator = new NumericManual([.. positions], [.. names]);
        axis.MajorTickStyle.Length = 0;
    }

    /// <summary>A mean with its standard deviation, where there is one, as an upright line.</summary>
    public static void ErrorBar(Plot plot, double x, double y, double deviation, Color color)
    {
        if (double.IsFinite(deviation) && deviation > 0)
        {
            var bar = plot.Add.ErrorBar([x], [y], [deviation]);
            bar.Color = color;
            bar.LineWidth = 1.5f;
            bar.CapSize = 4;
        }
    }

    public static void Save(Plot plot, string path, int width = Width, int height = Height) =>
        AtomicFile.Write(path, file => file.Write(plot.GetImageBytes(width * Scale, height * Scale, ImageFormat.Png)));

    /// <summary>Saves plots side by side.</summary>
    public static void SaveRow(IReadOnlyList<Plot> plots, string path, int width, int height = Height)
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(width * Scale * plots.Count, height * Scale));
        for (int i = 0; i < plots.Count; i++)
        {
            using SKBitmap panel = SKBitmap.Decode(plots[i].GetImageBytes(width * Scale, height * Scale, ImageFormat.Png));
            surface.Canvas.DrawBitmap(panel, i * width * Scale, 0);
        }

        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, file => data.SaveTo(file));
    }
}
