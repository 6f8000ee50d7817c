using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

[TestClass]
public sealed class SeenRowsTests
{
    [TestMethod]
    [DataRow("a b c d", "a b x y", "2 of 4 test rows")]
    [DataRow("a b c d", "a b c d", "4 of 4 test rows")]
    [DataRow("a b c d", "a x y", null)]
    public void Test_rows_that_are_training_rows_are_warned_of_from_half_of_them(string training, string test, string? warning)
    {
        List<string> said = [];
        SeenRows.Check(Rows(training), Rows(test), said.Add);
        Assert.HasCount(warning is null ? 0 : 1, said);
        Assert.IsTrue(said.TrueForAll(text => text.Contains(warning!, StringComparison.Ordinal)));
    }

    private static TextRows Rows(string texts) => new(
        "rows.tsv", [.. texts.Split(' ').Select((text, line) => new TextRow("x", text, "", 1, line))], ArePairs: false, AreWeighted: false);
}
