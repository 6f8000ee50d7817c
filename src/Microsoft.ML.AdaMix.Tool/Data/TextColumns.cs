namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>What the command line says of the columns; null for what it leaves open.</summary>
internal sealed record ColumnNames
{
    public string? Label { get; init; }

    public string? Text { get; init; }

    public string? Pair { get; init; }

    public string? Weight { get; init; }
}

/// <summary>Where a file has label, text, second text and weight. The label may be missing where rows are only predicted.</summary>
internal sealed record TextColumns(int? Label, int Text, int? Pair, int? Weight)
{
    private const string LabelColumn = "label";
    private const string TextColumn = "text";
    private const string FirstOfPair = "sentence1";
    private const string SecondOfPair = "sentence2";

    /// <summary>
    /// Finds the columns by their names: what the command line says, otherwise "label", and "text", or "sentence1" and "sentence2" where
    /// there is no text column.
    /// </summary>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public static TextColumns Find(RowReader rows, ColumnNames names, bool needsLabel)
    {
        bool looksLikePair = names.Text is null && !Has(TextColumn) && Has(FirstOfPair) && Has(SecondOfPair);
        return new TextColumns(
            needsLabel || names.Label is not null ? Index(names.Label ?? LabelColumn, "--label") : null,
            Index(names.Text ?? (looksLikePair ? FirstOfPair : TextColumn), "--text"),
            names.Pair is { } pair ? Index(pair, "--pair") : looksLikePair ? Index(SecondOfPair, "--pair") : null,
            names.Weight is { } weight ? Index(weight, "--weight") : null);

        bool Has(string name) => rows.Columns.Contains(name, StringComparer.Ordinal);

        int Index(string name, string option)
        {
            for (int i = 0; i < rows.Columns.Count; i++)
            {
                if (rows.Columns[i] == name)
                {
                    return i;
                }
            }

            throw new InvalidDataException(
                $"'{rows.Name}' has no column '{name}'; its columns are {string.Join(", ", rows.Columns)}. Name the right one with "
                + $"{option}.");
        }
    }
}
