using System.Globalization;
using Microsoft.ML.AdaMix.Reading.Labels;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>
/// Rows as read from a view: token ids, targets, optional weights. Rows without a label are counted, and kept apart if that is asked.
/// </summary>
/// <remarks>Texts are kept for a chunk of rows only, so that memory grows with the ids and not with the texts.</remarks>
internal sealed class TrainingData
{
    // Enough rows to keep all processors busy with them; fewer where texts are long.
    private const int RowsPerChunk = 4096;
    private const long CharactersPerChunk = 1 << 24;

    private readonly List<(string Text, string? Pair)> _chunk = [];
    private readonly List<bool> _areLabelled = []; // of the chunk's rows
    private long _characters; // of the chunk

    public required TokenTable Ids { get; init; }

    /// <summary>[rows x width] of the label column.</summary>
    public List<float> Targets { get; } = [];

    public List<float>? Weights { get; private init; }

    public int WithoutLabel { get; private set; }

    /// <summary>Those of them that have a text, where they are kept; otherwise null.</summary>
    public UnlabelledRows? Unlabelled { get; private init; }

    public int WithoutText { get; private set; }

    /// <summary>Reads the view once.</summary>
    /// <param name="data">The view.</param>
    /// <param name="columns">Which columns.</param>
    /// <param name="label">How the label becomes numbers.</param>
    /// <param name="tokenizer">How the text becomes ids.</param>
    /// <param name="keepsUnlabelled">Whether rows without a label are kept.</param>
    /// <param name="checkCanceled">Called for every row.</param>
    public static TrainingData Read(
        IDataView data, TrainingColumns columns, LabelColumn label, RowTokenizer tokenizer, bool keepsUnlabelled, Action checkCanceled)
    {
        TrainingData rows = new()
        {
            Ids = new TokenTable(tokenizer.VocabularySize),
            Weights = columns.Weight is null ? null : [],
            Unlabelled = keepsUnlabelled
                ? new UnlabelledRows(new TokenTable(tokenizer.VocabularySize), columns.Weight is null ? null : [])
                : null,
        };
        using DataViewRowCursor cursor = data.GetRowCursor(columns.All);
        ValueGetter<ReadOnlyMemory<char>> text = cursor.GetGetter<ReadOnlyMemory<char>>(columns.Text);
        ValueGetter<ReadOnlyMemory<char>>? second = columns.SecondText is { } secondText
            ? cursor.GetGetter<ReadOnlyMemory<char>>(secondText)
            : null;
        ValueGetter<float>? weight = columns.Weight is { } weights ? cursor.GetGetter<float>(weights) : null;
        ReadTarget readTarget = label.Open(cursor, columns.Label);
        float[] target = new float[label.Width];
        while (cursor.MoveNext())
        {
            checkCanceled();
            bool isLabelled = readTarget(target);
            rows.WithoutLabel += isLabelled ? 0 : 1;
            if (!isLabelled && rows.Unlabelled is null)
            {
                continue;
            }

            string first = Read(text);
            string? pair = second is null ? null : Read(second);
            if (isLabelled)
            {
                rows.Targets.AddRange(target);
                rows.WithoutText += string.IsNullOrWhiteSpace(first) ? 1 : 0;
            }
            else if (string.IsNullOrWhiteSpace(first) && string.IsNullOrWhiteSpace(pair))
            {
                continue; // nothing tells its class
            }

            rows._chunk.Add((first, pair));
            rows._areLabelled.Add(isLabelled);
            rows._characters += first.Length + (pair?.Length ?? 0);
            if (rows._chunk.Count == RowsPerChunk || rows._characters >= CharactersPerChunk)
            {
                rows.Tokenize(tokenizer);
            }

            if (weight is not null)
            {
                (isLabelled ? rows.Weights! : rows.Unlabelled!.Weights!).Add(
                    CheckedWeight(weight, cursor.Position, columns.Weight!.Value.Name));
            }
        }

        rows.Tokenize(tokenizer);
        return rows;
    }

    /// <summary>What training sees of the rows.</summary>
    public TrainingRows ToRows() => new(Ids, [.. Targets], Weights?.ToArray());

    private void Tokenize(RowTokenizer tokenizer)
    {
        foreach ((TokenIds[] row, bool isLabelled) in tokenizer.Encode(_chunk).Zip(_areLabelled))
        {
            (isLabelled ? Ids : Unlabelled!.Ids).Add(row);
        }

        _chunk.Clear();
        _areLabelled.Clear();
        _characters = 0;
    }

    private static string Read(ValueGetter<ReadOnlyMemory<char>> getter)
    {
        ReadOnlyMemory<char> text = default;
        getter(ref text);
        return text.ToString();
    }

    private static float CheckedWeight(ValueGetter<float> getter, long row, string column)
    {
        float weight = 0;
        getter(ref weight);
        return float.IsFinite(weight) && weight >= 0
            ? weight
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Weight column '{column}' holds {weight} in row {row}; a finite number of 0 or more is expected. Correct or filter the "
                + $"row."));
    }
}
