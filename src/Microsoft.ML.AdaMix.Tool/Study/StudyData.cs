using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>A data set in a folder: training, development and test rows, and the classes of all three.</summary>
internal sealed class StudyData
{
    // All trials are judged on the same rows.
    private const int TestSeed = 1;

    private StudyData(DataReference reference, TextRows training, TextRows? development, TextRows test, MulticlassTask task)
    {
        Reference = reference;
        Training = training;
        Development = development;
        Test = test;
        Task = task;
    }

    public DataReference Reference { get; }

    public TextRows Training { get; }

    /// <summary>Rows of the training file that have no label.</summary>
    public IReadOnlyList<TextRow> Unlabelled { get; private init; } = [];

    /// <summary>Null where the folder has none.</summary>
    public TextRows? Development { get; }

    public TextRows Test { get; }

    /// <summary>Of the file with the test rows; the same for data sets that are judged on the same ones.</summary>
    public required string TestFingerprint { get; init; }

    /// <summary>Knows the classes of all rows, so that no test row is left out where few rows train.</summary>
    public MulticlassTask Task { get; }

    /// <summary>Training rows by their number and seed, where files hold them; null where they are drawn.</summary>
    public IReadOnlyDictionary<(int Rows, int Seed), TextRows>? Splits { get; private init; }

    /// <summary>What a data set is called: as its folder.</summary>
    public static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">What its files are called.</param>
    /// <param name="testRows">How many test rows judge: the first, or where the file is sorted, drawn by class; null for all.</param>
    /// <param name="warn">Hears of rows without a label.</param>
    public static StudyData Read(string folder, StudyFiles files, int? testRows, Action<string> warn)
    {
        string train = Path.Combine(folder, files.Train);
        string dev = Path.Combine(folder, files.Development);
        string test = Path.Combine(folder, files.Test);
        TextRows training = TextRows.Read(train, files.Reading, files.Columns);
        TextRows? development = File.Exists(dev) ? TextRows.Read(dev, files.Reading, files.Columns) : null;
        TextRows testing = TextRows.Read(test, files.Reading, files.Columns);
        MulticlassTask task = new(ClassLabels.Of(new[] { training, development, testing }.OfType<TextRows>()));
        testing = LabelledRows.Keep(testing, task, warn);
        TextRows? first = testRows is { } limit ? RowDraw.FirstLikeAll(testing, limit) : testing;
        TextRows judged = first ?? RowDraw.Draw(testing, testRows!.Value, TestSeed, task.Name);
        DataReference reference = new(
            NameOf(folder), files.Train, testRows,
            Fingerprint.OfFiles(development is null ? [train, test] : [train, dev, test]))
        {
            Columns = files.Columns == new ColumnNames() ? null : files.Columns,
            Reading = files.Reading == ReadingOptions.Default ? null : files.Reading.Described,
            TestDraw = first is null ? TestSeed : null,
            RowsOfClass = files.RowsOfClass,
        };
        List<TextRow> unlabelled = [];
        int all = training.Count;
        training = LabelledRows.Keep(training, task, warn, unlabelled);
        if (unlabelled.Count > 0)
        {
            warn($"'{train}': {unlabelled.Count} of {Counts.Of(all, "row")} {(unlabelled.Count == 1 ? "has" : "have")} no label; "
                + "self-training alone reads such rows.");
        }

        LabelDoubts.Check(training, task, files.TrustLabels, warn);
        StudyDoubts.Check(training.Rows, judged, warn);
        return new StudyData(
            reference, training, development is null ? null : LabelledRows.Keep(development, task, warn), judged, task)
        {
            TestFingerprint = Fingerprint.OfFiles([test]),
            Unlabelled = unlabelled,
        };
    }

    /// <summary>Reads a folder of few-shot splits: a file of training rows for each number of rows and seed, and test rows.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">What its test rows and columns are called; the other names do not count.</param>
    /// <param name="sizes">Numbers of rows.</param>
    /// <param name="seeds">Splits 1 to this number of each.</param>
    /// <param name="testRows">See <see cref="Read"/>.</param>
    /// <param name="warn">Hears of rows without a label.</param>
    public static StudyData ReadSplits(
        string folder, StudyFiles files, IReadOnlyList<int> sizes, int seeds, int? testRows, Action<string> warn)
    {
        string test = Path.Combine(folder, files.Test);
        TextRows testing = TextRows.Read(test, files.Reading, files.Columns);
        var read = sizes.SelectMany(rows => Enumerable.Range(1, seeds).Select(seed => (rows, seed))).ToDictionary(
            split => split, split => TextRows.Read(SplitFiles.Find(folder, split.rows, split.seed), files.Reading, files.Columns));
        MulticlassTask task = new(ClassLabels.Of(read.Values.Append(testing)));
        testing = LabelledRows.Keep(testing, task, warn);
        TextRows? first = testRows is { } limit ? RowDraw.FirstLikeAll(testing, limit) : testing;
        DataReference reference = new(
            NameOf(folder), SplitFiles.Pattern, testRows, Fingerprint.OfFiles([.. SplitFiles.All(folder), test]))
        {
            Columns = files.Columns == new ColumnNames() ? null : files.Columns,
            Reading = files.Reading == ReadingOptions.Default ? null : files.Reading.Described,
            TestDraw = first is null ? TestSeed : null,
        };
        Dictionary<(int, int), TextRows> splits = read.ToDictionary(
            split => split.Key, split => LabelledRows.Keep(split.Value, task, warn));
        TextRows largest = splits.Values.MaxBy(rows => rows.Count)!;
        LabelDoubts.Check(largest, task, files.TrustLabels, warn);
        TextRows judged = first ?? RowDraw.Draw(testing, testRows!.Value, TestSeed, task.Name);
        StudyDoubts.Check([.. splits.Values.SelectMany(split => split.Rows)], judged, warn);
        return new StudyData(reference, largest, null, judged, task)
        {
            TestFingerprint = Fingerprint.OfFiles([test]),
            Splits = splits,
        };
    }

    /// <summary>How many training rows a trial has, with any seed.</summary>
    public int Count(int? rows) => Draw(rows, TestSeed).Count;

    /// <summary>
    /// Training rows of a trial in the file's order: all, some that the seed draws (a smaller number is among a larger one), at most so
    /// many of each class; where files hold splits, one of these.
    /// </summary>
    public TextRows Draw(int? rows, int seed)
    {
        if (Splits is not null)
        {
            return Splits[(rows!.Value, seed)];
        }

        int[] order = [.. Enumerable.Range(0, Training.Count)];
        new Random(seed).Shuffle(order);
        if (Reference.RowsOfClass is { } most)
        {
            order = [.. order.GroupBy(index => Training.Rows[index].Label, StringComparer.Ordinal).SelectMany(same => same.Take(most))];
            new Random(seed).Shuffle(order);
        }

        HashSet<int> drawn = [.. order.Take(rows ?? order.Length)];
        return drawn.Count == Training.Count
            ? Training
            : Training with { Rows = [.. Training.Rows.Where((_, index) => drawn.Contains(index))] };
    }

    /// <summary>The training rows that a trial did not draw, without their labels, and those that have none.</summary>
    public IEnumerable<TextRow> Rest(TextRows drawn)
    {
        HashSet<TextRow> taken = [.. drawn.Rows];
        return Training.Rows.Where(row => !taken.Contains(row)).Select(row => row with { Label = null }).Concat(Unlabelled);
    }
}

/// <summary>What a data set's files and columns are called.</summary>
internal sealed record StudyFiles(string Train, string Development, string Test, ColumnNames Columns)
{
    public ReadingOptions Reading { get; init; } = ReadingOptions.Default;

    /// <summary>Most training rows of a class; null for all.</summary>
    public int? RowsOfClass { get; init; }

    /// <summary>Whether labels that look like another column are no error.</summary>
    public bool TrustLabels { get; init; }
}
