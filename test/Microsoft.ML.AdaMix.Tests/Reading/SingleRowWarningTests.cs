using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Tests.Reading;

[TestClass]
public sealed class SingleRowWarningTests
{
    [TestMethod]
    [DataRow(20, 20)]
    [DataRow(20, 16)]
    public void Labels_that_hardly_stand_twice_are_warned_of(int rows, int labels) => Assert.Contains(
        $"of {rows} rows have a class in label column 'Label' that no other row has", string.Join('\n', Warnings(rows, labels)));

    [TestMethod]
    [DataRow(20, 10)]
    [DataRow(20, 2)]
    [DataRow(4, 4)]
    public void Labels_that_repeat_and_few_rows_are_not(int rows, int labels) =>
        Assert.DoesNotContain("that no other row has", string.Join('\n', Warnings(rows, labels)));

    private static List<string> Warnings(int rows, int labels)
    {
        MLContext ml = new(seed: 1);
        List<string> warnings = [];
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(entry.RawMessage);
            }
        };
        Rows.Pipeline(ml, Rows.Quick()).Fit(ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, rows).Select(i => new Row { Label = $"label {i % labels}", Text = $"text {i}" })));
        return warnings;
    }
}
