using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Any number of labels, in one column with a separator between them.</summary>
internal sealed class MultiLabelTask(IReadOnlyList<string> labels, string separator) : LabelledTask
{
    private readonly HashSet<string> _known = new(labels, StringComparer.Ordinal);

    public override string Name => TaskNames.MultiLabel;

    public override IReadOnlyList<string> Classes => labels;

    /// <summary>The labels that occur in rows.</summary>
    public static MultiLabelTask From(TextRows rows, string separator)
    {
        LabelSets sets = LabelSets.Of(rows, separator);
        string[] labels = sets.VectorLength is { } length
            ? [.. Enumerable.Range(0, length).Select(LabelSets.NameOf)]
            : [.. rows.Rows.SelectMany(row => ReadOrNone(sets, row)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (labels.Length < 2)
        {
            RequireReadable(sets, rows); // a cell that is no list is the better message
        }

        return labels.Length > 1
            ? new MultiLabelTask(labels, separator)
            : throw new InvalidDataException(
                $"'{rows.Source}': found {Counts.Of(labels.Length, "different label")} ({Names.Quote(labels)}), expected at least "
                + $"2, separated by '{separator}' within a row. Name the separator with --separator.");
    }

    /// <summary>Reads names, lists, and vectors where the labels are numbered, into lists.</summary>
    public override Func<TextRow, TextRow> LabelReader(TextRows rows)
    {
        LabelSets sets = LabelSets.Of(rows, separator);
        if (sets.VectorLength == 2 && labels.Count > 2 && _known.Contains("0") && _known.Contains("1"))
        {
            sets = LabelSets.OfNames(separator); // few rows, which happen to hold no other numbers
        }

        bool areNumbered = sets.VectorLength is { } length && labels.Count == length
            && Enumerable.Range(0, length).All(place => _known.Contains(LabelSets.NameOf(place)));
        if (sets.VectorLength is { } found && !areNumbered)
        {
            throw new InvalidDataException(
                $"'{rows.Source}': the labels are vectors of {found} numbers, each 0 or 1; the labels of the model are "
                + $"{Names.Quote([.. labels])}. Expected their names.");
        }

        return row => row with { Label = row.Label is null ? null : LabelSets.Write(sets.Read(row.Label)) };
    }

    /// <summary>The labels of a row.</summary>
    public IReadOnlyList<string> LabelsOf(TextRow row) => Split(row.Label);

    // A row without any label is a row like others.
    public override LabelProblem? Check(TextRow row) => Split(row.Label).All(_known.Contains) ? null : LabelProblem.Unknown;

    public override IDataView View(MLContext ml, TextRows rows, CancellationToken cancellation) => TaskViews.Create(
        ml, rows.Rows.Select(row => new LabelSetRow
        {
            Label = Split(row.Label),
            Text = row.Text,
            Pair = row.Pair,
            Weight = row.Weight,
        }), rows, cancellation);

    public override IEstimator<ITransformer> Labels(MLContext ml) => ml.Transforms.Conversion.MapValueToKey(
        [new InputOutputColumnPair(nameof(LabelSetRow.Label))],
        keyData: ml.Data.LoadFromEnumerable(labels.Select(name => new LabelName { Label = name })));

    public override AdaMixTrainer Trainer(
        MLContext ml, AdaMixOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        ml.MultiLabelClassification.Trainers.AdaMix(options, progress: progress, cancellationToken: cancellation);

    public override IReadOnlyList<Metric> Evaluate(MLContext ml, IDataView scored)
    {
        MultiLabelMetrics metrics = ml.MultiLabelClassification.Evaluate(scored);
        return
        [
            new("microF1", "micro F1", metrics.MicroF1, IsShare: true),
            new("macroF1", "macro F1", metrics.MacroF1, IsShare: true),
            new("meanAveragePrecision", "mean average precision", metrics.MeanAveragePrecision),
            new("subsetAccuracy", "rows wholly right", metrics.SubsetAccuracy, IsShare: true),
            new("hammingLoss", "Hamming loss", metrics.HammingLoss),
        ];
    }

    // Every label of every row is a decision.
    public override TaskCalibration Calibration(IDataView scored)
    {
        IEnumerable<VBuffer<uint>> actual = scored.GetColumn<VBuffer<uint>>(scored.Schema["Label"]);
        LabelPredictions predictions = LabelPredictions.FromProbabilities([.. ScoreReading.Vectors(scored, "Score").Zip(
            actual, (probabilities, keys) => Decisions(probabilities, keys.DenseValues())).SelectMany(decisions => decisions)]);
        return new TaskCalibration("each label", predictions.Reliability(), predictions.BrierScore());
    }

    public override IEnumerable<Prediction> Predictions(IDataView scored)
    {
        string[] names = ScoreReading.SlotNames(scored.Schema, "Score") ?? [.. labels];
        IEnumerable<bool[]> predicted = scored.GetColumn<bool[]>(scored.Schema["PredictedLabel"]);
        return predicted.Zip(ScoreReading.Vectors(scored, "Score"), (chosen, scores) => new Prediction(
            Written([.. names.Where((_, label) => chosen[label])]), null, scores));
    }

    private static IEnumerable<(double, bool)> Decisions(double[] probabilities, IEnumerable<uint> keys)
    {
        HashSet<uint> there = [.. keys]; // counted from 1
        return [.. probabilities.Select((probability, label) => (probability, there.Contains((uint)label + 1)))];
    }

    // A list where the separator would not tell the names apart.
    private string Written(IReadOnlyList<string> chosen) =>
        chosen.Any(name => name.Contains(separator, StringComparison.Ordinal) || name[0] is '[' or '(' or '{')
            ? LabelSets.Write(chosen)
            : string.Join(separator, chosen);

    private string[] Split(string? label) => LabelSets.OfNames(separator).Read(label);

    // A cell that is not valid is an error where its row is read for good.
    private static string[] ReadOrNone(LabelSets sets, TextRow row)
    {
        try
        {
            return sets.Read(row.Label);
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static void RequireReadable(LabelSets sets, TextRows rows)
    {
        foreach (TextRow row in rows.Rows)
        {
            try
            {
                sets.Read(row.Label);
            }
            catch (FormatException problem)
            {
                throw new InvalidDataException(LabelledRows.Describe(rows, row, problem), problem);
            }
        }
    }

    private sealed class LabelName
    {
        public string Label { get; set; } = "";
    }
}
