namespace Microsoft.ML.AdaMix.Repository.Documents;

/// <summary>
/// Where a document's programs run: rows in train.tsv and test.tsv (label, text), a folder roberta-base that is roberta-mini, which a cache
/// of the hub has too, and the files that blocks of the document name.
/// </summary>
internal sealed class DocumentFolder : IDisposable
{
    private const string Cache = "cache";
    private const string Commit = "e2da8e2f811d1448a5b465c236feacd80ffbac7b";
    private static readonly string Data = System.IO.Path.Combine(Reference.Repository, "samples", "Quickstart", "data");
    private static readonly string Encoder =
        System.IO.Path.Combine(Reference.Repository, "src", "Microsoft.ML.AdaMix.RobertaMini", "content");

    // Two classes, so that a short training learns something.
    private static readonly string[] Classes = ["animal", "food"];

    /// <param name="document">The document.</param>
    /// <param name="rows">Training rows, and half as many test rows, of two classes.</param>
    public DocumentFolder(Document document, int rows)
    {
        Write("train.tsv", rows);
        Write("test.tsv", rows / 2);
        WriteEncoder("roberta-base");
        WriteEncoder($"{Cache}/models--FacebookAI--roberta-base/snapshots/{Commit}");
        string refs = Directory.CreateDirectory(System.IO.Path.Combine(Path, Cache, "models--FacebookAI--roberta-base", "refs")).FullName;
        File.WriteAllText(System.IO.Path.Combine(refs, "main"), Commit);
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", System.IO.Path.Combine(Path, Cache));
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");

        foreach (CodeBlock file in document.Blocks().Where(block => block.Name.Length > 0))
        {
            File.WriteAllText(System.IO.Path.Combine(Path, file.Name), file.Text);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("adamix-docs-").FullName;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", null);
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", null);
        Directory.Delete(Path, recursive: true);
    }

    private void WriteEncoder(string name)
    {
        string encoder = Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
        foreach (string file in Directory.EnumerateFiles(Encoder))
        {
            File.Copy(file, System.IO.Path.Combine(encoder, System.IO.Path.GetFileName(file)));
        }
    }

    private void Write(string name, int count)
    {
        string[] lines = File.ReadAllLines(System.IO.Path.Combine(Data, name));
        IEnumerable<string> rows = lines.Skip(1).Where(row => Classes.Contains(row.Split('\t')[0], StringComparer.Ordinal))
            .OrderBy(row => row.Length).Take(count); // short ones train fast
        File.WriteAllLines(System.IO.Path.Combine(Path, name), rows.Prepend(lines[0]));
    }
}
