namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>What stands above a plot.</summary>
/// <param name="Heading">What is shown.</param>
/// <param name="Context">Of what: encoder, data, rows and seeds.</param>
/// <param name="Marks">What points, bars and bands are; null where a legend says it.</param>
internal sealed record PlotTitle(string Heading, string Context, string? Marks = null);
