using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Tool.Terminal;
using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>Saves a plot, or several side by side, below their title.</summary>
internal static class PlotSheet
{
    private const int Margin = 14;
    private const int HeadingSize = 17;
    private const int HeightOfHeading = 28;
    private const int TextSize = 13;
    private const int HeightOfLine = 19;
    private const double WidthOfLetter = 6.7; // of the text, on average

    private static readonly SKColor Ink = SKColor.Parse("#222222");
    private static readonly SKColor Subdued = SKColor.Parse("#555555");

    /// <summary>Writes a PNG file.</summary>
    /// <param name="title">What stands above, over the whole width.</param>
    /// <param name="panels">Plots and their widths, from left to right.</param>
    /// <param name="height">Of the plots.</param>
    /// <param name="path">The file.</param>
    public static void Save(PlotTitle title, IReadOnlyList<(Plot Plot, int Width)> panels, int height, string path)
    {
        int width = panels.Sum(panel => panel.Width);
        string[] lines = [.. new[] { title.Context, title.Marks }.OfType<string>().SelectMany(
            text => Wrapping.Wrap(text, (int)((width - (2 * Margin)) / WidthOfLetter)))];
        int top = Margin + HeightOfHeading + (HeightOfLine * lines.Length);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(width * PlotStyle.Scale, (top + height) * PlotStyle.Scale));
        surface.Canvas.Clear(SKColors.White);
        Write(surface.Canvas, title.Heading, Margin + HeadingSize, HeadingSize, Ink);
        for (int i = 0; i < lines.Length; i++)
        {
            Write(surface.Canvas, lines[i], Margin + HeightOfHeading + (HeightOfLine * i) + TextSize, TextSize, Subdued);
        }

        int left = 0;
        foreach ((Plot plot, int panelWidth) in panels)
        {
            using SKBitmap panel = SKBitmap.Decode(
                plot.GetImageBytes(panelWidth * PlotStyle.Scale, height * PlotStyle.Scale, ImageFormat.Png));
            surface.Canvas.DrawBitmap(panel, left, top * PlotStyle.Scale);
            left += panelWidth * PlotStyle.Scale;
        }

        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, file => data.SaveTo(file));
    }

    private static void Write(SKCanvas canvas, string text, int baseline, int size, SKColor color)
    {
        using SKTypeface face = SKTypeface.FromFamilyName(PlotStyle.FontName);
        using SKFont font = new(face, size * PlotStyle.Scale);
        using SKPaint paint = new() { Color = color, IsAntialias = true };
        canvas.DrawText(text, Margin * PlotStyle.Scale, baseline * PlotStyle.Scale, SKTextAlign.Left, font, paint);
    }
}
