using System.Globalization;

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
    /// "sentence1" and "sentence2". Blanks around names do not count.
    /// </summary>
    /// <param name="rows">The file.</param>
    /// <param name="names">What the command line says.</param>
    /// <param name="needsLabel">Whether there has to be a label.</param>
    /// <param name="trained">What the model was trained with; null for nothing, and for rows without column names.</param>
    /// <param name="warn">Hears where a file has a column of the usual name in place of the model's.</param>
    /// <exception cref="InvalidDataException">A column is missing, stands twice in the header, or is wanted for two things.</exception>
    public static TextColumns Find(
        RowReader rows, ColumnNames names, bool needsLabel, ColumnNames? trained = null, Action<string>? warn = null)
    {
        bool isTrained = names.Text is null && trained?.Text is { } known && Has(known);
        bool looksLikePair = names.Text is null && !isTrained && !Has(TextColumn) && Has(FirstOfPair) && Has(SecondOfPair);
        string? pair = names.Pair ?? (trained?.Pair is { } second && Has(second) ? second : looksLikePair ? SecondOfPair : null);
        Dictionary<int, string> taken = [];
        int text = Index(names.Text, trained?.Text, looksLikePair ? FirstOfPair : TextColumn, "--text");
        return new TextColumns(
            needsLabel || names.Label is not null ? Index(names.Label, trained?.Label, LabelColumn, "--label") : null,
            text,
            pair is null ? null : Index(pair, null, pair, "--pair"),
            names.Weight is { } weight ? Index(weight, null, weight, "--weight") : null);

        bool Has(string name) => rows.Columns.Contains(name, StringComparer.Ordinal);

        int Index(string? given, string? ofModel, string usual, string option)
        {
            bool isOfModel = given is null && ofModel is not null && (Has(ofModel) || !Has(usual));
            string name = Blanks.Trim(given ?? (isOfModel ? ofModel! : usual));
            if (given is null && ofModel is not null && name != ofModel)
            {
                warn?.Invoke(
                    $"'{rows.Name}' has no column '{ofModel}', with which the model was trained; '{name}' is read instead. "
                    + $"Name another one with {option}.");
            }

            int[] found = [.. Enumerable.Range(0, rows.Columns.Count).Where(column => rows.Columns[column] == name)];
            if (found.Length != 1)
            {
                string why = isOfModel ? ", with which the model was trained" : "";
                throw new InvalidDataException(found.Length > 1
                    ? $"'{rows.Name}': the column '{name}' stands {found.Length} times in the header; expected it once. Rename the others, "
                        + $"or name another column with {option}."
                    : $"'{rows.Name}' has no column '{name}'{why}; its columns are {Names.Quote(rows.Columns)}. Name the right one with "
                        + $"{option}.{Delimiters.Hint(rows.Header, rows.Delimiter, rows.Columns.Count > 1 ? name : null)}");
            }

            return taken.TryAdd(found[0], option)
                ? found[0]
                : throw new InvalidDataException(
                    $"'{rows.Name}': {taken[found[0]]} and {option} are both the column '{name}'; expected a column for each.");
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

    /// <summary>The current row of a reader. The label has no blanks around it; texts are taken as they stand.</summary>
    /// <exception cref="InvalidDataException">A text is none, or the weight is no number.</exception>
    public TextRow RowOf(RowReader reader) => new(
        Label is { } label ? LabelOf(reader, label) : null,
        TextOf(reader, Text),
        Pair is { } pair ? TextOf(reader, pair) : "",
        Weight is { } weight ? WeightOf(reader, weight) : 1,
        reader.Line);

    private static string? LabelOf(RowReader reader, int column) => reader.Fields[column] is not { } value ? null
        : reader.IsComposite(column) && value.StartsWith('{')
        ? throw reader.Broken(
            $"the column '{reader.Columns[column]}' holds {Names.Quote(value)}, an object; expected a label, or a list of labels.")
        : Blanks.Trim(value);

    private static string TextOf(RowReader reader, int column) => reader.IsComposite(column)
        ? throw reader.Broken(
            $"the column '{reader.Columns[column]}' holds {Names.Quote(reader.Fields[column] ?? "")}, a list or object; expected a text.")
        : reader.Fields[column] ?? "";

    private static float WeightOf(RowReader reader, int column) =>
        float.TryParse(
            Blanks.Trim(reader.Fields[column] ?? ""), NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
            && float.IsFinite(value) && value >= 0
            ? value
            : throw reader.Broken(
                $"the weight in column '{reader.Columns[column]}' is '{reader.Fields[column]}'; expected a number of 0 or more.");
}
