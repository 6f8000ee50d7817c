namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>One row: a text, or two, and what is known of it. The line is where it stands in its file.</summary>
internal sealed record TextRow(string? Label, string Text, string Pair, float Weight, long Line);
