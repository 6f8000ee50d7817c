using Microsoft.ML.AdaMix.Reading;

namespace Microsoft.ML.AdaMix.Tests.Reading;

[TestClass]
public sealed class SeenRowsTests
{
    [TestMethod]
    [DataRow("a b c d", "a b x y", "The texts of 2 of 4 test rows are those of training rows")]
    [DataRow("a b c d", "a a x", "The texts of 2 of 3 test rows are those of training rows")]
    [DataRow("a b c d", "a x y", null)]
    public void Judged_rows_that_are_training_rows_are_told_from_half_of_them(string training, string judged, string? expected) =>
        Assert.AreEqual(expected, SeenRows.Tell(training.Split(' '), judged.Split(' '), "test row"));
}
