using System.IO.Pipelines;
using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

[TestClass]
public sealed class RowBatchesTests
{
    private static readonly TextColumns Columns = new(null, 0, null, null);

    [TestMethod]
    [DataRow("lines", "first\n")]
    [DataRow("csv", "text\nfirst\n")]
    [DataRow("tsv", "text\nfirst\n")]
    [DataRow("jsonl", "{\"text\":\"first\"}\n")]
    [DataRow("csv", "text\r\n\"first\"\r\n")]
    public async Task A_row_is_handed_out_before_the_next_one_comes(string format, string first)
    {
        Pipe pipe = new();
        await using StreamWriter writer = new(pipe.Writer.AsStream()) { AutoFlush = true };
        await writer.WriteAsync(first);
        using RowReader reader = RowFiles.Open(pipe.Reader.AsStream(), "pipe", RowFormats.Names[format], ReadingOptions.Default);
        using IEnumerator<IReadOnlyList<PendingRow>> batches = RowBatches.Read(reader, Columns, 8, CancellationToken.None).GetEnumerator();
        Assert.IsTrue(batches.MoveNext());
        Assert.AreEqual("first", batches.Current.Single().Row!.Text);
    }

    [TestMethod]
    public void All_rows_come_in_order_and_in_batches_of_the_given_size_at_most()
    {
        using RowReader reader =
            Rows.Open(string.Join('\n', Enumerable.Range(0, 100)), RowFormat.Lines);
        List<string> texts = [];
        foreach (IReadOnlyList<PendingRow> batch in RowBatches.Read(reader, Columns, 7, CancellationToken.None))
        {
            Assert.IsLessThanOrEqualTo(7, batch.Count);
            texts.AddRange(batch.Select(row => row.Row!.Text));
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 100).Select(number => $"{number}").ToList(), texts);
    }

    [TestMethod]
    public void A_damaged_row_ends_the_reading_with_its_error()
    {
        using RowReader reader = Rows.Open("a\tb\n1\t2\n3\n", RowFormat.Tsv);
        Assert.ThrowsExactly<InvalidDataException>(() => RowBatches.Read(reader, Columns, 7, CancellationToken.None).Count());
    }

    [TestMethod]
    public void Waiting_for_rows_ends_with_a_cancellation()
    {
        Pipe pipe = new();
        using RowReader reader = RowFiles.Open(pipe.Reader.AsStream(), "pipe", RowFormat.Lines, ReadingOptions.Default);
        using CancellationTokenSource cancellation = new();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => RowBatches.Read(reader, Columns, 7, cancellation.Token).Count());
    }
}
