using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Colour, marker and line of a variant. They follow from its name alone, so that they mean the same in all plots of a study, whatever else
/// is shown and in whatever order.
/// </summary>
internal sealed record Look(Color Color, MarkerShape Shape, LinePattern Line)
{
    private const int SlotsOfMethods = 12; // the library has 11, the tool one; those of others look alike

    // Okabe and Ito's, without the accent and without yellow, which is too pale on white.
    private static readonly Color[] Colors =
    [
        Color.FromHex("#0072B2"), Color.FromHex("#009E73"), Color.FromHex("#CC79A7"), Color.FromHex("#56B4E9"), Color.FromHex("#E69F00"),
        PlotStyle.Ink,
    ];

    private static readonly MarkerShape[] Filled =
    [
        MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown,
        MarkerShape.FilledCircle, MarkerShape.OpenCircleWithDot,
    ];

    private static readonly MarkerShape[] Open =
    [
        MarkerShape.OpenSquare, MarkerShape.OpenTriangleUp, MarkerShape.OpenDiamond, MarkerShape.OpenTriangleDown,
        MarkerShape.OpenCircle, MarkerShape.OpenCircleWithCross,
    ];

    // Of methods with options of their own.
    private static readonly MarkerShape[] Strokes =
    [
        MarkerShape.Eks, MarkerShape.Cross, MarkerShape.Asterisk, MarkerShape.TriUp, MarkerShape.TriDown, MarkerShape.HashTag,
    ];

    private static readonly LinePattern[] Lines = [LinePattern.Dashed, LinePattern.Dotted, LinePattern.Solid];

    // Names of the ablations. Those in one place are the same thing in several tables; a name that begins with a blank ends others.
    private static readonly string[][] Ablations =
    [
        ["without consistency"], ["without sharing", "share none"], ["without both"], ["without consistency, same time"],
        ["without both, same time"], ["share down"], ["share both", "shared both"], ["random route", " random routes, mean"],
        ["random route for each text"], ["random expert for each token"], ["fixed expert"], ["ensemble of logits"], ["1 expert"],
        ["2 experts"], ["4 experts"], ["8 experts"], ["16 experts"], [" 4"], [" 8"], [" 16"], [" 32"], [" 64"],
    ];

    public bool IsFilled => Filled.Contains(Shape) && Shape != MarkerShape.OpenCircleWithDot;

    /// <summary>Of a variant; options of its own give it another mark in its method's colour.</summary>
    public static Look Of(string name)
    {
        int options = name.IndexOf(':');
        return options < 0 ? OfMethod(name) : OfMethod(name[..options]) with
        {
            Shape = Strokes[Convert.FromHexString(Fingerprint.OfText(name))[0] % Strokes.Length],
        };
    }

    private static Look OfMethod(string name)
    {
        if (name.Contains("adamix", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("adamix-", StringComparison.Ordinal))
        {
            return new Look(PlotStyle.Accent, MarkerShape.FilledCircle, LinePattern.Solid);
        }

        if (name == MethodVariants.Published)
        {
            return new Look(PlotStyle.Accent, MarkerShape.OpenCircle, LinePattern.Dashed);
        }

        int recipe = Array.IndexOf(RecipeTable.Rows, name);
        if (recipe >= 0)
        {
            return Slot(SlotsOfMethods + recipe, Open);
        }

        // A mixture, and a method with a template, has its method's colour, with an open marker.
        string plain = new[] { $"{MethodVariants.Published}-", "adamix-", FewShotVariants.WithTemplate }.FirstOrDefault(
            start => name.StartsWith(start, StringComparison.Ordinal)) is { } before ? name[before.Length..] : name;
        int method = plain == MethodVariants.SetFit ? SlotsOfMethods - 1 : TuningMethods.All.ToList().FindIndex(
            known => known.Name == plain);
        if (method is >= 0 and < SlotsOfMethods)
        {
            return Slot(method, plain == name ? Filled : Open);
        }

        int ablation = Array.FindIndex(Ablations, names => names.Any(
            known => name == known || (known[0] == ' ' && name.EndsWith(known, StringComparison.Ordinal))));
        return ablation >= 0
            ? Slot(SlotsOfMethods + ablation, Filled)
            : new Look(PlotStyle.Ink, MarkerShape.OpenCircle, LinePattern.Dotted); // something new
    }

    // No two of 36 have the same colour and shape; neighbours differ in both.
    private static Look Slot(int index, MarkerShape[] shapes) => new(
        Colors[index % Colors.Length], shapes[(index + (index / Colors.Length)) % shapes.Length], Lines[index % Lines.Length]);
}
