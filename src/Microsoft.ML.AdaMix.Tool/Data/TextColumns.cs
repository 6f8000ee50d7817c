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
    /// Finds the columns by their names: what the command line says, what the model was trained with, or "label", and "text" or
    /// "sentence1" and "sentence2".
    /// </summary>
    /// <param name="rows">The file.</param>
    /// <param name="names">What the command line says.</param>
    /// <param name="needsLabel">Whether there has to be a label.</param>
    /// <param name="trained">What the model was trained with; null for nothing, and for rows without column names.</param>
    /// <param name="warn">Hears where a file has a column of the usual name in place of the model's.</param>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public static TextColumns Find(
        RowReader rows, ColumnNames names, bool needsLabel, ColumnNames? trained = null, Action<string>? warn = null)
    {
        bool isTrained = names.Text is null && trained?.Text is { } known && Has(known);
        bool looksLikePair = names.Text is null && !isTrained && !Has(TextColumn) && Has(FirstOfPair) && Has(SecondOfPair);
        string? pair = names.Pair ?? (trained?.Pair is { } second && Has(second) ? second : looksLikePair ? SecondOfPair : null);
        return new TextColumns(
            needsLabel || names.Label is not null ? Index(names.Label, trained?.Label, LabelColumn, "--label") : null,
            Index(names.Text, trained?.Text, looksLikePair ? FirstOfPair : TextColumn, "--text"),
            pair is null ? null : Index(pair, null, pair, "--pair"),
            names.Weight is { } weight ? Index(weight, null, weight, "--weight") : null);

        bool Has(string name) => rows.Columns.Contains(name, StringComparer.Ordinal);

        int Index(string? given, string? ofModel, string usual, string option)
        {
            string name = given ?? (ofModel is not null && (Has(ofModel) || !Has(usual)) ? ofModel : usual);
            if (given is null && ofModel is not null && name != ofModel)
            {
                warn?.Invoke(
                    $"'{rows.Name}' has no column '{ofModel}', with which the model was trained; '{name}' is read instead. "
                    + $"Name another one with {option}.");
            }

            for (int i = 0; i < rows.Columns.Count; i++)
            {
                if (rows.Columns[i] == name)
                {
                    return i;
                }
            }

            string why = given is null && ofModel is not null ? ", with which the model was trained" : "";
            throw new InvalidDataException(
                $"'{rows.Name}' has no column '{name}'{why}; its columns are {string.Join(", ", rows.Columns)}. Name the right one with "
                + $"{option}.");
        }
    }

    /// <summary>The names that the columns have in a file.</summary>
    public ColumnNames NamesIn(RowReader rows) => new()
    {
        Label = Label is { } label ? rows.Columns[label] : null,
        Text = rows.Columns[Text],
        Pair = Pair is { } pair ? rows.Columns[pair] : null,
        Weight = Weight is { } weight ? rows.Columns[weight] : null,
    };
}
