namespace Microsoft.ML.AdaMix.RuntimeOnlyApp;

/// <summary>A row to predict for.</summary>
internal sealed class TextRow
{
    /// <summary>Never set: a pipeline with <c>MapValueToKey</c> wants the column to be there even where nothing is known.</summary>
    public string? Label { get; set; }

    public string? Text { get; set; }

    /// <summary>Second text of a pair; models for single texts ignore it.</summary>
    public string? Text2 { get; set; }
}
