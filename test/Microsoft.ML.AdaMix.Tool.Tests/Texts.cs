namespace Microsoft.ML.AdaMix.Tool;

/// <summary>Small labelled texts.</summary>
internal static class Texts
{
    private static readonly string[] Animals = [
        "a small furry mammal", "a large grey elephant", "a fish that lives in rivers", "a bird with bright feathers"];
    private static readonly string[] Tools = [
        "a tool for driving nails", "a machine that cuts wood", "an instrument for measuring length", "a device that lifts heavy loads"];

    /// <summary>Rows with the labels animal and tool, alternating.</summary>
    public static IEnumerable<(string Label, string Text)> Rows(int count) =>
        Enumerable.Range(0, count).Select(
            i => i % 2 == 0 ? ("animal", $"{Animals[i / 2 % 4]} number {i}") : ("tool", $"{Tools[i / 2 % 4]} number {i}"));

    public static string Tsv(int count) => string.Concat(Rows(count).Select(row => $"{row.Label}\t{row.Text}\n").Prepend("label\ttext\n"));

    /// <summary>A folder as studies want it.</summary>
    public static string DataSet(TemporaryFolder folder, string name, int train, int test)
    {
        folder.Write(Path.Combine(name, "train.tsv"), Tsv(train));
        folder.Write(Path.Combine(name, "dev.tsv"), Tsv(test));
        folder.Write(Path.Combine(name, "test.tsv"), Tsv(test));
        return folder.At(name);
    }
}
