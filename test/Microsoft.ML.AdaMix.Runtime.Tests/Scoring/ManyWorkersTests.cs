using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Scoring;

[TestClass]
public class ManyWorkersTests
{
    private static readonly TextRow[] Rows = Classifiers.Rows(400);

    [TestMethod]
    [DataRow(ServingPrecision.Float32)]
    [DataRow(ServingPrecision.Int8)]
    public void A_view_scores_the_same_bits_on_any_number_of_workers(ServingPrecision precision)
    {
        ServedModel model = Classifiers.Model();
        float[][] expected = Scores(workers: 1);

        foreach (int workers in (int[])[2, 3, 8])
        {
            Classifiers.AreEqual(expected, Scores(workers));
        }

        Classifiers.AreEqual(expected, Classifiers.Scores(Classifiers.Transformer(model with { Precision = precision }), Rows));

        float[][] Scores(int workers)
        {
            using AdaMixTransformer transformer = new(
                new MLContext(seed: 1), model, use => new Watched(ModelSessions.Open(model.Tuned, precision, use), workers));
            return Classifiers.Scores(transformer, Rows);
        }
    }

    [TestMethod]
    public void A_session_that_takes_one_batch_at_a_time_gets_them_in_one_order()
    {
        ServedModel model = Classifiers.Model();
        List<int>[] readings = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            List<int> lengths = [];
            using AdaMixTransformer transformer = new(
                new MLContext(seed: 1), model,
            use => new Watched(ModelSessions.Open(model.Tuned, ServingPrecision.Float32, use), 1, lengths));
            Classifiers.Scores(transformer, Rows);
            return lengths;
        })];

        Assert.IsGreaterThan(10, readings[0].Count);
        CollectionAssert.AreEqual(readings[0], readings[1]);
    }

    [TestMethod]
    [DataRow(15, nameof(SessionUse.Row))]
    [DataRow(16, nameof(SessionUse.Batches))]
    public void A_few_rows_are_scored_on_all_threads_and_many_each_batch_on_one(int rows, string use)
    {
        ServedModel model = Classifiers.Model();
        List<SessionUse> uses = [];
        using AdaMixTransformer transformer = new(new MLContext(seed: 1), model, wanted =>
        {
            uses.Add(wanted);
            return ModelSessions.Open(model.Tuned, ServingPrecision.Float32, wanted);
        });

        Classifiers.Scores(transformer, Rows[..rows]);

        CollectionAssert.AreEqual(new[] { use }, uses.Select(wanted => wanted.ToString()).Distinct().ToArray());
    }

    [TestMethod]
    public void The_error_of_one_batch_ends_the_reading_and_other_readings_go_on()
    {
        ServedModel model = Classifiers.Model();
        using AdaMixTransformer transformer = new(
            new MLContext(seed: 1), model, use => new Watched(ModelSessions.Open(model.Tuned, ServingPrecision.Float32, use), 4));
        IDataView damaged = new MLContext().Data.LoadFromEnumerable([.. Rows, new TextRow { Text = Watched.Damaged }]);

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Classifiers.Scores(transformer.Transform(damaged)));

        Assert.AreEqual("damaged", error.Message);
        Assert.HasCount(Rows.Length, Classifiers.Scores(transformer, Rows));
    }

    /// <summary>A session that says how many batches it takes at once.</summary>
    /// <param name="inner">What scores.</param>
    /// <param name="workers">How many.</param>
    /// <param name="lengths">Gets the longest row of each batch.</param>
    private sealed class Watched(IModelSession inner, int workers, List<int>? lengths = null) : IModelSession
    {
        public const string Damaged = "!"; // no other row has this byte

        private const int FirstByte = 4; // behind the special tokens

        public int Outputs => inner.Outputs;

        public int EmbeddingSize => inner.EmbeddingSize;

        public int TokensPerBatch => inner.TokensPerBatch;

        public int AtOnce => workers;

        public void Score(ReadOnlySpan<TokenIds> rows, Span<float> logits, Span<float> embeddings, CancellationToken cancellation = default)
        {
            foreach (TokenIds row in rows)
            {
                if (row.Ids.Contains(FirstByte + Damaged[0]))
                {
                    throw new InvalidDataException("damaged");
                }
            }

            lengths?.Add(rows[^1].Length);
            inner.Score(rows, logits, embeddings, cancellation);
        }

        public void ScoreEmbeddings(ReadOnlySpan<float> embeddings, Span<float> logits) => inner.ScoreEmbeddings(embeddings, logits);

        public void Dispose() => inner.Dispose();
    }
}
