using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

[TestClass]
public class SessionLeaseTests
{
    private static IEnumerable<object[]> Families => Enum.GetNames<EncoderFamily>().Select(family => (object[])[family]);

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void A_row_scores_the_same_alone_and_in_a_padded_batch(string family)
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(Enum.Parse<EncoderFamily>(family)));
        TokenIds[] rows = TestModels.Rows(model.Encoder.Config, 1, 20, 7, 12);

        float[] batch = TestModels.Score(model, rows);
        float[] alone = [.. rows.SelectMany(row => TestModels.Score(model, row))];

        TestModels.AreClose(alone, batch, 1e-5f);
    }

    [TestMethod]
    public void Embeddings_do_not_change_the_logits()
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(EncoderFamily.Roberta));
        TokenIds[] rows = TestModels.Rows(model.Encoder.Config, 4, 9);
        using IModelSession session = ModelSessions.Open(model);
        float[] logits = new float[rows.Length * session.Outputs];
        float[] embeddings = new float[rows.Length * session.EmbeddingSize];

        session.Score(rows, logits, embeddings);

        CollectionAssert.AreEqual(TestModels.Score(model, rows), logits);
        Assert.IsTrue(Array.Exists(embeddings, value => value != 0));
    }

    [TestMethod]
    public void Eight_threads_score_as_one()
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(EncoderFamily.Bert));
        TokenIds[][] batches = [.. Enumerable.Range(1, 16).Select(length => TestModels.Rows(model.Encoder.Config, length, 2 * length))];
        float[][] expected = [.. batches.Select(rows => TestModels.Score(model, rows))];
        using IModelSession session = ModelSessions.Open(model);

        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            float[] logits = new float[2 * session.Outputs];
            session.Score(batches[i % batches.Length], logits, []);
            CollectionAssert.AreEqual(expected[i % batches.Length], logits);
        });
    }

    [TestMethod]
    public void The_longest_row_that_the_positions_allow_is_scored()
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(EncoderFamily.Roberta));

        float[] logits = TestModels.Score(model, TestModels.Rows(model.Encoder.Config, model.Encoder.Config.MaxSequenceLength));

        Assert.IsTrue(Array.TrueForAll(logits, float.IsFinite));
    }

    [TestMethod]
    public void The_second_text_of_a_pair_matters_where_there_are_token_types_and_not_elsewhere()
    {
        foreach (EncoderFamily family in Enum.GetValues<EncoderFamily>())
        {
            TunedModel model = TestModels.Model(TestModels.Encoder(family));
            TokenIds single = TestModels.Rows(model.Encoder.Config, 10)[0];

            float[] expected = TestModels.Score(model, single);
            float[] pair = TestModels.Score(model, single with { SecondStart = 6 });

            Assert.AreEqual(
                family is not (EncoderFamily.Bert or EncoderFamily.Electra or EncoderFamily.Albert), expected.AsSpan().SequenceEqual(pair));
        }
    }

    [TestMethod]
    public void A_padding_id_inside_a_RoBERTa_row_takes_no_position()
    {
        // Hugging Face counts positions over ids, so that "<pad>" written in a text shares the padding's position.
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta) with { Layers = 1 };
        LoadedEncoder encoder = TestModels.Encoder(config);
        Dictionary<string, HostTensor> weights = new(encoder.Weights, StringComparer.Ordinal);
        HostTensor table = weights["embeddings.position_embeddings.weight"];
        float[] changed = table.Values.ToArray();
        changed.AsSpan(5 * config.HiddenSize).Fill(0.3f); // position ids 5 and more
        weights["embeddings.position_embeddings.weight"] = HostTensor.From(table.Shape, changed);
        TokenIds row = new([7, config.PadTokenId, 8, 9], 4); // position ids 2, 1, 3, 4

        CollectionAssert.AreEqual(
            TestModels.Score(TestModels.Model(encoder), row), TestModels.Score(TestModels.Model(encoder with { Weights = weights }), row));
    }

    [TestMethod]
    public void A_number_that_is_not_finite_is_passed_on()
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(EncoderFamily.Roberta));
        HeadWeights head = model.Head with { OutputBias = HostTensor.From([3], [float.NaN, float.PositiveInfinity, 0]) };

        float[] logits = TestModels.Score(model with { Head = head }, TestModels.Rows(model.Encoder.Config, 3));

        Assert.IsTrue(float.IsNaN(logits[0]));
        Assert.IsTrue(float.IsPositiveInfinity(logits[1]));
        Assert.IsTrue(float.IsFinite(logits[2]));
    }

    [TestMethod]
    public void A_row_that_is_too_long_is_refused() =>
        Refuses("Row 1 has 39 tokens, but the encoder has positions for 38", Row(5), Row(39));

    [TestMethod]
    public void An_id_outside_of_the_vocabulary_is_refused()
    {
        Refuses("token id 50, but the encoder's vocabulary has ids 0 to 49", new TokenIds([2, 50], 2));
        Refuses("token id -1", new TokenIds([-1], 1));
    }

    [TestMethod]
    public void A_row_without_tokens_is_refused() => Refuses("Row 0 has no token", new TokenIds([], 0));

    [TestMethod]
    public void A_batch_without_rows_is_refused() => Refuses("no row to score");

    [TestMethod]
    public void A_second_text_outside_of_the_row_is_refused() => Refuses("second text starts at token 4", new TokenIds([2, 3], 4));

    [TestMethod]
    public void Pairs_are_refused_by_a_BERT_with_one_token_type()
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Bert) with { TokenTypes = 1 };
        TunedModel model = TestModels.Model(TestModels.Encoder(config));

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => TestModels.Score(model, new TokenIds([2, 3], 1)));

        Assert.Contains("cannot take pairs", error.Message);
    }

    [TestMethod]
    public void Room_of_the_wrong_size_is_refused()
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(EncoderFamily.Roberta));
        using IModelSession session = ModelSessions.Open(model);
        TokenIds[] rows = [Row(3), Row(4)];

        Assert.ThrowsExactly<ArgumentException>(() => session.Score(rows, new float[5], []));
        Assert.ThrowsExactly<ArgumentException>(() => session.Score(rows, new float[6], new float[31]));
    }

    private static TokenIds Row(int length) => new([.. Enumerable.Repeat(3, length)], length);

    private static void Refuses(string reason, params TokenIds[] rows)
    {
        TunedModel model = TestModels.Model(TestModels.Encoder(EncoderFamily.Roberta));
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => TestModels.Score(model, rows));
        Assert.Contains(reason, error.Message);
    }
}
