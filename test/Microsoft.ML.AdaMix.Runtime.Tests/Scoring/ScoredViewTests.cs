using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

[TestClass]
public class ScoredViewTests
{
    [TestMethod]
    public void Rows_of_several_chunks_keep_their_order_and_score_as_they_do_one_by_one()
    {
        MLContext ml = new(seed: 1);
        AdaMixTransformer model = Classifiers.Transformer();
        TextRow[] rows = Classifiers.Rows(1300);

        IDataView scored = model.Transform(ml.Data.LoadFromEnumerable(rows));
        Joined[] joined = [.. ml.Data.CreateEnumerable<Joined>(scored, reuseRowObject: false)];

        using PredictionEngine<TextRow, TextScore> engine = ml.Model.CreatePredictionEngine<TextRow, TextScore>(model);
        Assert.HasCount(rows.Length, joined);
        for (int i = 0; i < rows.Length; i++)
        {
            TextScore alone = engine.Predict(rows[i]);
            Assert.AreEqual(i, joined[i].Number);
            Assert.AreEqual(rows[i].Text, joined[i].Text);
            TestModels.AreClose(alone.Score, joined[i].Score, 1e-5f);
            Assert.AreEqual(joined[i].Score.IndexOf(joined[i].Score.Max()) + 1, (int)joined[i].PredictedLabel);
        }

        Assert.IsGreaterThan(1, joined.Select(row => row.PredictedLabel).Distinct().Count(), "the test wants several classes");
    }

    [TestMethod]
    public void Probabilities_are_the_softmax_of_the_logits()
    {
        IDataView scored = Transform(Classifiers.Model(columns: Classifiers.AllColumns), Classifiers.Rows(20));

        float[][] softmax = [.. scored.GetColumn<float[]>("Logits").Select(logits =>
        {
            float[] powers = [.. logits.Select(MathF.Exp)];
            return (float[])[.. powers.Select(power => power / powers.Sum())];
        })];

        Classifiers.AreClose(softmax, Classifiers.Scores(scored), 1e-6f);
    }

    [TestMethod]
    public void Each_score_column_can_be_read_alone()
    {
        IDataView scored = Transform(Classifiers.Model(columns: Classifiers.AllColumns), Classifiers.Rows(5));

        Assert.HasCount(5, scored.GetColumn<uint>("PredictedLabel").ToArray());
        Assert.IsTrue(scored.GetColumn<float[]>("Score").All(row => row.Length == 3));
        Assert.IsTrue(scored.GetColumn<float[]>("Logits").All(row => row.Length == 3));
        Assert.IsTrue(scored.GetColumn<float[]>("Embedding").All(row => row.Length == 16 && row.Any(value => value != 0)));
    }

    [TestMethod]
    public void Nothing_is_scored_for_a_reader_of_other_columns()
    {
        ServedModel model = Classifiers.Model();
        HeadWeights diverged = model.Tuned.Head with { OutputBias = HostTensor.From([3], [float.NaN, 0, 0]) };
        IDataView scored = Transform(model with { Tuned = model.Tuned with { Head = diverged } }, Classifiers.Rows(5));

        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, scored.GetColumn<int>("Number").ToArray());
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => Classifiers.Scores(scored));
        Assert.Contains("not finite", error.Message);
    }

    [TestMethod]
    public void Scores_read_of_some_rows_only_are_those_rows_scores()
    {
        TextRow[] rows = Classifiers.Rows(700);
        IDataView scored = Transform(Classifiers.Model(), rows);
        float[][] expected = Classifiers.Scores(scored);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);

        // Skips within a chunk, from one to the next and over whole chunks.
        HashSet<int> wanted = [3, 4, 15, 60, 61, 200, 201, 650, 699];
        for (int row = 0; cursor.MoveNext(); row++)
        {
            if (wanted.Contains(row))
            {
                VBuffer<float> value = default;
                score(ref value);
                TestModels.AreClose(expected[row], [.. value.DenseValues()], 1e-5f);
            }
        }
    }

    [TestMethod]
    public void A_score_is_read_only_on_a_row()
    {
        IDataView scored = Transform(Classifiers.Model(), Classifiers.Rows(1));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<uint> predicted = cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]);
        uint value = 0;

        Assert.ThrowsExactly<InvalidOperationException>(() => predicted(ref value));
        Assert.IsTrue(cursor.MoveNext());
        predicted(ref value);
        Assert.IsFalse(cursor.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(() => predicted(ref value));
    }

    [TestMethod]
    [DataRow(1, 16)]
    [DataRow(16, 16)]
    [DataRow(17, 80)]
    [DataRow(81, 336)]
    [DataRow(337, 848)]
    [DataRow(849, 1360)]
    public void Rows_are_read_ahead_in_chunks_that_grow(int needed, int readAhead)
    {
        CountedRows rows = new(Classifiers.Rows(1500));
        IDataView scored = Classifiers.Transformer().Transform(new MLContext().Data.LoadFromEnumerable(rows));

        Assert.HasCount(needed, scored.GetColumn<float[]>("Score").Take(needed).ToArray());

        Assert.AreEqual(readAhead, rows.Longest);
    }

    [TestMethod]
    public void A_preview_scores_no_more_than_one_small_chunk()
    {
        CountedRows rows = new(Classifiers.Rows(1500));

        DataDebuggerPreview preview = Classifiers.Transformer().Preview(new MLContext().Data.LoadFromEnumerable(rows), maxRows: 5);

        Assert.HasCount(5, preview.RowView);
        Assert.AreEqual(16, rows.Longest);
    }

    [TestMethod]
    public void A_score_column_that_was_not_asked_for_cannot_be_read()
    {
        IDataView scored = Transform(Classifiers.Model(columns: Classifiers.AllColumns), Classifiers.Rows(1));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => cursor.GetGetter<VBuffer<float>>(scored.Schema["Embedding"]));

        Assert.Contains("'Embedding' was not asked for", error.Message);
        Assert.IsFalse(cursor.IsColumnActive(scored.Schema["Embedding"]));
        Assert.IsTrue(cursor.IsColumnActive(scored.Schema["Score"]));
    }

    [TestMethod]
    public void A_score_column_cannot_be_read_as_another_type()
    {
        IDataView scored = Transform(Classifiers.Model(), Classifiers.Rows(1));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => cursor.GetGetter<float>(scored.Schema["Score"]));

        Assert.Contains("'Score' is of type", error.Message);
    }

    [TestMethod]
    public void A_missing_text_scores_as_an_empty_one()
    {
        float[][] scores = Classifiers.Scores(
            Classifiers.Transformer(), [new TextRow { Text = null }, new TextRow { Text = string.Empty }, new TextRow { Text = "a" }]);

        TestModels.AreClose(scores[1], scores[0], 0);
        CollectionAssert.AreNotEqual(scores[1], scores[2]);
    }

    [TestMethod]
    public void A_view_without_rows_gives_no_scores() => Assert.IsEmpty(Classifiers.Scores(Classifiers.Transformer(), []));

    [TestMethod]
    public void The_second_text_counts_and_so_does_the_order_of_the_two()
    {
        AdaMixTransformer model = Classifiers.Transformer(Classifiers.Model(columns: Classifiers.Columns with { SecondText = "Second" }));
        TextRow[] rows = [Pair("ab", "cd"), Pair("cd", "ab"), Pair("ab", string.Empty), Pair("ab", null)];

        float[][] scores = Classifiers.Scores(model, rows);

        CollectionAssert.AreNotEqual(scores[0], scores[1]);
        CollectionAssert.AreNotEqual(scores[0], scores[2]);
        CollectionAssert.AreEqual(scores[2], scores[3]);
        using PredictionEngine<TextRow, TextScore> engine = new MLContext().Model.CreatePredictionEngine<TextRow, TextScore>(model);
        Classifiers.AreClose(scores, [.. rows.Select(row => engine.Predict(row).Score)], 1e-5f);
    }

    [TestMethod]
    public void A_source_that_shuffles_between_reads_is_refused_and_its_cache_is_not()
    {
        MLContext ml = new(seed: 1);
        AdaMixTransformer model = Classifiers.Transformer();
        Random random = new(4);
        IDataView shuffled = ml.Data.LoadFromEnumerable(Classifiers.Rows(200).OrderBy(_ => random.Next()));

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => Classifiers.Scores(model.Transform(shuffled)));

        Assert.Contains("gives other rows each time it is read", error.Message);
        Assert.Contains("mlContext.Data.Cache", error.Message);
        Assert.HasCount(200, Classifiers.Scores(model.Transform(ml.Data.Cache(shuffled))));
    }

    [TestMethod]
    public void A_view_shuffled_by_ML_NET_keeps_rows_and_scores_together()
    {
        MLContext ml = new(seed: 1);
        AdaMixTransformer model = Classifiers.Transformer();
        TextRow[] rows = Classifiers.Rows(200);
        float[][] expected = Classifiers.Scores(model, rows);

        Joined[] joined = [.. ml.Data.CreateEnumerable<Joined>(
            model.Transform(ml.Data.ShuffleRows(ml.Data.LoadFromEnumerable(rows))), reuseRowObject: false)];

        CollectionAssert.AreNotEqual(Enumerable.Range(0, 200).ToArray(), joined.Select(row => row.Number).ToArray());
        Classifiers.AreClose([.. joined.Select(row => expected[row.Number])], [.. joined.Select(row => row.Score)], 1e-5f);
    }

    [TestMethod]
    public void Two_reads_of_a_view_at_once_do_not_disturb_each_other()
    {
        IDataView scored = Transform(Classifiers.Model(), Classifiers.Rows(600));
        float[][] expected = Classifiers.Scores(scored);

        Parallel.For(0, 4, _ => Classifiers.AreEqual(expected, Classifiers.Scores(scored)));
    }

    private static IDataView Transform(ServedModel model, TextRow[] rows) =>
        Classifiers.Transformer(model).Transform(new MLContext().Data.LoadFromEnumerable(rows));

    private static TextRow Pair(string first, string? second) => new() { Text = first, Second = second };

    // Counts how many rows each of its readers took.
    private sealed class CountedRows(TextRow[] rows) : IEnumerable<TextRow>
    {
        private readonly List<int> _taken = [];

        public int Longest => _taken.Max();

        public IEnumerator<TextRow> GetEnumerator()
        {
            int reader = _taken.Count;
            _taken.Add(0);
            foreach (TextRow row in rows)
            {
                _taken[reader]++;
                yield return row;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Joined
    {
        public string Text { get; set; } = string.Empty;

        public int Number { get; set; }

        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}
