namespace Microsoft.ML.AdaMix;

/// <summary>How a model reads its rows that is imported from another library's adapter, which does not say it.</summary>
/// <remarks>
/// Immutable. What is null is what the folder says, if this library exported it, and otherwise the default that is named.
/// </remarks>
public sealed record AdapterImportOptions
{
    /// <summary>The column with the text. Default "Text".</summary>
    public string? TextColumnName { get; init; }

    /// <summary>The column with the second text of pairs. Default none: single texts.</summary>
    public string? SecondTextColumnName { get; init; }

    /// <summary>
    /// Longest text or pair in tokens, special tokens included, 8 or more. Default: as many as the encoder has places for.
    /// </summary>
    public int? MaxLength { get; init; }

    /// <summary>
    /// Whether strings such as <c>&lt;/s&gt;</c> in a text become special tokens, as Hugging Face's tokenizers have it. Default false.
    /// </summary>
    public bool? SpecialTokensInText { get; init; }

    /// <summary>
    /// Names of the head's outputs, in the order of their ids. Default: those of the adapter's head, or of the encoder's config.json if
    /// it has as many; otherwise LABEL_0 and so on.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
