using System.Threading.Channels;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>A row to predict: as it was read, and its texts; null for a broken one that only keeps its place.</summary>
internal sealed record PendingRow(string Raw, TextRow? Row);

/// <summary>
/// Reads rows on a thread of its own and hands them out in batches: as many as have come in, at most a given number. A row that comes alone
/// is therefore answered at once, and a long file goes in full batches.
/// </summary>
internal static class RowBatches
{
    public static IEnumerable<IReadOnlyList<PendingRow>> Read(
        RowReader reader, TextColumns columns, int largest, CancellationToken cancellation)
    {
        Channel<PendingRow> rows = Channel.CreateBounded<PendingRow>(new BoundedChannelOptions(largest * 4)
        {
            SingleReader = true,
            SingleWriter = true,
        });
        Thread thread = new(() => Fill(reader, columns, rows.Writer, cancellation)) { IsBackground = true, Name = "rows" };
        thread.Start();
        while (rows.Reader.WaitToReadAsync(cancellation).AsTask().GetAwaiter().GetResult())
        {
            List<PendingRow> batch = [];
            while (batch.Count < largest && rows.Reader.TryRead(out PendingRow? row))
            {
                batch.Add(row);
            }

            yield return batch;
        }
    }

    // Ends with the last row, with an error that the reading side then throws, or where nobody waits any more.
    private static void Fill(RowReader reader, TextColumns columns, ChannelWriter<PendingRow> rows, CancellationToken cancellation)
    {
        try
        {
            while (reader.TryRead(columns, out TextRow? row))
            {
                rows.WriteAsync(new PendingRow(reader.Raw, row), cancellation).AsTask().GetAwaiter().GetResult();
            }

            rows.Complete();
        }
        catch (Exception error) // of whatever kind: on a thread of its own it would end the process
        {
            rows.Complete(error);
        }
    }
}
