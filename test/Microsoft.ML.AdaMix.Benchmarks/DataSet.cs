namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>Labelled texts: 1,000 training rows and the test rows of a data set.</summary>
internal sealed record DataSet(string Name, LabelledText[] Training, LabelledText[] Test)
{
    /// <summary>Those that lie beside the working copy, or the quickstart's where there are none.</summary>
    public static IReadOnlyList<DataSet> Load(params string[] names)
    {
        DataSet[] shared = [.. names.Select(name => (Name: name, Folder: Path.Combine(Repository.SharedData, name)))
            .Where(set => File.Exists(Path.Combine(set.Folder, "train-1000.tsv")))
            .Select(set => Read(set.Name, set.Folder, "train-1000.tsv"))];
        return shared.Length > 0
            ? shared
            : [Read("wordnet-topics", Path.Combine(Repository.Root, "samples", "Quickstart", "data"), "train.tsv")];
    }

    private static DataSet Read(string name, string folder, string training) =>
        new(name, Rows(Path.Combine(folder, training)), Rows(Path.Combine(folder, "test.tsv")));

    private static LabelledText[] Rows(string path) =>
        [.. File.ReadLines(path).Skip(1).Select(line => line.Split('\t')).Select(fields => new LabelledText
        {
            Label = fields[0],
            Text = fields[1],
        })];
}

/// <summary>A row.</summary>
internal sealed class LabelledText
{
    public string Label { get; set; } = string.Empty;

    public string Text { get; set; } = string.Empty;
}
