using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>Where a point's name stands beside it.</summary>
internal sealed record LabelPlace(Alignment Alignment, float OffsetX, float OffsetY);

/// <summary>Finds places for names beside points: each takes the first of eight places that covers no point and no name placed before.</summary>
internal static class LabelPlaces
{
    private const float Gap = 7;
    private const double WidthOfLetter = 0.58; // of the font size
    private const double HalfPoint = 5;

    private static readonly LabelPlace[] Candidates =
    [
        new(Alignment.MiddleLeft, Gap, 0),
        new(Alignment.MiddleRight, -Gap, 0),
        new(Alignment.LowerCenter, 0, -Gap),
        new(Alignment.UpperCenter, 0, Gap),
        new(Alignment.LowerLeft, Gap, -Gap),
        new(Alignment.UpperLeft, Gap, Gap),
        new(Alignment.LowerRight, -Gap, -Gap),
        new(Alignment.UpperRight, -Gap, Gap),
    ];

    /// <param name="names">The names.</param>
    /// <param name="points">Where the points are, in pixels, y downwards.</param>
    /// <param name="fontSize">In pixels.</param>
    public static IReadOnlyList<LabelPlace> Of(IReadOnlyList<string> names, IReadOnlyList<(double X, double Y)> points, double fontSize)
    {
        List<Box> taken = [.. points.Select(point => new Box(point.X - HalfPoint, point.Y - HalfPoint, point.X + HalfPoint, point.Y + HalfPoint))];
        List<LabelPlace> places = [];
        for (int i = 0; i < names.Count; i++)
        {
            Box BoxAt(LabelPlace place) => Box.Of(points[i], place, names[i].Length * fontSize * WidthOfLetter, fontSize * 1.2);
            LabelPlace best = Candidates.MinBy(place => taken.Where((_, at) => at != i).Sum(box => box.Overlap(BoxAt(place)))) ?? Candidates[0];
            places.Add(best);
            taken.Add(BoxAt(best));
        }

        return places;
    }

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public static Box Of((double X, double Y) point, LabelPlace place, double width, double height)
        {
            double left = point.X + place.OffsetX - (place.Alignment switch
            {
                Alignment.MiddleRight or Alignment.LowerRight or Alignment.UpperRight => width,
                Alignment.LowerCenter or Alignment.UpperCenter => width / 2,
                _ => 0,
            });
            double top = point.Y + place.OffsetY - (place.Alignment switch
            {
                Alignment.LowerCenter or Alignment.LowerLeft or Alignment.LowerRight => height,
                Alignment.MiddleLeft or Alignment.MiddleRight => height / 2,
                _ => 0,
            });
            return new Box(left, top, left + width, top + height);
        }

        public double Overlap(Box other) =>
            Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
    }
}
