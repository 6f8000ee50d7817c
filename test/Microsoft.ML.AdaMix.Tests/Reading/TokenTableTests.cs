using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Tests.Reading;

[TestClass]
public sealed class TokenTableTests
{
    [TestMethod]
    [DataRow(50_265, DisplayName = "two bytes a token")]
    [DataRow(65_536, DisplayName = "the last vocabulary of two bytes")]
    [DataRow(250_002, DisplayName = "four bytes a token")]
    public void Rows_come_back_as_they_were_added_across_buffers_and_longer_than_one(int vocabulary)
    {
        TokenIds[] rows = [.. new[] { 3, 7, 0, 8, 20, 1, 5 }.Select(
            (length, row) => new TokenIds([.. Enumerable.Range(0, length).Select(t => vocabulary - 1 - (t * row))], length / 2))];
        TokenTable table = new(vocabulary, chunkLength: 8);
        foreach (TokenIds row in rows)
        {
            table.Add(row);
        }

        Assert.AreEqual(rows.Length, table.Count);
        Assert.AreEqual(rows.Sum(row => row.Length), table.Tokens);
        for (int row = 0; row < rows.Length; row++)
        {
            AssertRow(rows[row], table, row);
        }

        TokenTable some = table.Select([4, 0, 4]);
        Assert.AreEqual(3, some.Count);
        Assert.AreEqual(43, some.Tokens);
        AssertRow(rows[4], some, 0);
        AssertRow(rows[0], some, 1);
        AssertRow(rows[4], some, 2);
    }

    [TestMethod]
    [DataRow(50_265, DisplayName = "two bytes a token")]
    [DataRow(250_002, DisplayName = "four bytes a token")]
    public void Rows_of_a_batch_are_padded_to_the_longest_of_them(int vocabulary)
    {
        TokenTable table = new(vocabulary, chunkLength: 4);
        table.Add(new TokenIds([1, 2, 3, 4, 5, 6], 6));
        table.Add(new TokenIds([vocabulary - 1, 8, 9], 2));
        table.Add(new TokenIds([7], 1));
        PaddedRows padded = table.Pad([2, 1], padding: 50);
        Assert.AreEqual((2, 3), (padded.Rows, padded.Length));
        CollectionAssert.AreEqual(new long[] { 7, 50, 50, vocabulary - 1, 8, 9 }, padded.Ids);
        CollectionAssert.AreEqual(new long[] { 0, 0, 0, 0, 0, 1 }, padded.Types);
        CollectionAssert.AreEqual(new[] { 0, PaddedRows.Masked, PaddedRows.Masked, 0, 0, 0 }, padded.Bias);
    }

    [TestMethod]
    public void Windows_of_a_row_are_sequences_of_their_own_that_stay_together()
    {
        TokenTable table = new(100, chunkLength: 4);
        table.Add(new TokenIds([1, 2], 2));
        table.Add([new TokenIds([3, 4, 5], 3), new TokenIds([5, 6, 7], 3) { Repeated = 1 }, new TokenIds([7, 8], 2, 9) { Repeated = 1 }]);
        table.Add([new TokenIds([9], 1)]);
        TokenTable[] tables = [table, table.Select([0, 1, 2]), table.Select([2, 1, 0]).Select([2, 1, 0])];
        foreach (TokenTable found in tables)
        {
            Assert.AreEqual((3, 5, 3, 11L, 9L), (found.Count, found.Sequences, found.MostWindows, found.Tokens, found.ReadTokens));
            Assert.AreEqual((1, 9L), (found.CutRows, found.CutTokens));
            Assert.AreEqual((2, 8, 1), (found.Cost(0), found.Cost(1), found.Cost(2)));
            Assert.AreEqual((3, 4, 5), (found.MostSequences(1), found.MostSequences(2), found.MostSequences(9)));
            CollectionAssert.AreEqual(new[] { 4, 1, 2, 3 }, found.Windows([2, 1]).Sequences);
            CollectionAssert.AreEqual(new[] { 1, 3 }, found.Windows([2, 1]).Counts);
            Assert.IsNull(found.Windows([2, 0]).Counts, "each of these is one sequence");
            TokenIds[] row = found.Row(1);
            CollectionAssert.AreEqual(new[] { 3, 4, 5, 5, 6, 7, 7, 8 }, row.SelectMany(window => window.Ids).ToArray());
            CollectionAssert.AreEqual(new[] { 0, 1, 1 }, row.Select(window => window.Repeated).ToArray());
            CollectionAssert.AreEqual(new[] { 0..1, 1..2, 2..3 }, found.Parts([0, 1, 2], 2).ToArray());
            CollectionAssert.AreEqual(new[] { 0..2, 2..3 }, found.Parts([0, 1, 2], 4).ToArray());
        }

        Assert.IsNull(table.Select([0, 2]).Windows([0, 1]).Counts);
    }

    [TestMethod]
    public void An_id_beyond_the_vocabulary_is_refused_and_not_cut() =>
        Assert.ThrowsExactly<OverflowException>(() => new TokenTable(50_265).Add(new TokenIds([70_000], 1)));

    [TestMethod]
    public void A_table_of_rows_takes_two_bytes_a_token_and_twenty_a_row()
    {
        const int Count = 20_000;
        TokenIds row = new([.. Enumerable.Range(0, 50)], 50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TokenTable table = new(50_265, chunkLength: Count * 50);
        for (int i = 0; i < Count; i++)
        {
            table.Add(row);
        }

        // The list of rows doubles as it grows: all its sizes together are less than four times the last.
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsLessThan((Count * 50 * 2) + (4 * 20 * Count), bytes);
    }

    private static void AssertRow(TokenIds expected, TokenTable table, int row)
    {
        CollectionAssert.AreEqual(expected.Ids, table[row].Ids);
        Assert.AreEqual(expected.SecondStart, table[row].SecondStart);
        Assert.AreEqual(expected.Length, table.Length(row));
    }
}
