using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Prediction of texts that are read in windows.</summary>
[TestClass]
public sealed class WindowScoringTests
{
    private const int MaxLength = 12;

    public static IEnumerable<object[]> All =>
        from how in Enum.GetValues<WindowCombination>()
        from precision in (ServingPrecision[])[ServingPrecision.Float32, ServingPrecision.Int8]
        select (object[])[how, precision];

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Scores_are_what_the_windows_logits_or_embeddings_combine_to(WindowCombination how, ServingPrecision precision)
    {
        ServedModel model = Model(how) with { Precision = precision };
        TextRow[] rows = Classifiers.Rows(40);
        using AdaMixTransformer transformer = Classifiers.Transformer(model);
        IDataView scored = transformer.Transform(new MLContext().Data.LoadFromEnumerable(rows));
        float[][] logits = [.. scored.GetColumn<float[]>("Logits")];
        float[][] embeddings = [.. scored.GetColumn<float[]>("Embedding")];

        using IModelSession session = ModelSessions.Open(model.Tuned, precision);
        ITextTokenizer tokenizer = EncoderExtras.For(model.Tuned.Encoder).Tokenizer(model.Tuned.Input);
        int several = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            TokenIds[] windows = tokenizer.Encode(rows[row].Text!, null, model.Tuned.Input);
            several += windows.Length > 1 ? 1 : 0;
            (float[] Logits, float[] Embedding)[] apart = [.. windows.Select(window => Score(session, window))];
            float[] embedding = Combine(apart.Select(window => window.Embedding), how);
            TestModels.AreClose(embedding, embeddings[row], 1e-5f);
            bool readsTogether = how is WindowCombination.MeanEmbedding or WindowCombination.MaxEmbedding;
            TestModels.AreClose(
                readsTogether ? Head(model.Tuned, embedding) : Combine(apart.Select(window => window.Logits), how), logits[row], 2e-5f);
        }

        Assert.AreEqual(how == WindowCombination.First ? 0 : 34, several);
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void A_text_that_fits_into_one_window_has_the_bits_that_it_has_without_windows(WindowCombination how, ServingPrecision precision)
    {
        ServedModel windowed = Model(how) with { Precision = precision };
        ServedModel plain = windowed with { Tuned = windowed.Tuned with { Input = windowed.Tuned.Input with { Windows = null } } };
        TextRow[] rows = [.. Classifiers.Rows(60).Where(row => row.Text!.Length <= 3)];
        Assert.IsGreaterThan(3, rows.Length);
        Classifiers.AreEqual(
            Classifiers.Scores(Classifiers.Transformer(plain), rows), Classifiers.Scores(Classifiers.Transformer(windowed), rows));
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void An_engine_a_view_and_a_saved_model_give_the_same(WindowCombination how, ServingPrecision precision)
    {
        TextRow[] rows = Classifiers.Rows(20);
        using AdaMixTransformer model = Classifiers.Transformer(Model(how) with { Precision = precision });
        float[][] expected = Classifiers.Scores(model, rows);
        using PredictionEngine<TextRow, TextScore> engine =
            new MLContext().Model.CreatePredictionEngine<TextRow, TextScore>(model);
        Classifiers.AreClose(expected, [.. rows.Select(row => engine.Predict(row).Score)], 1e-5f);

        AdaMixTransformer loaded = SavedModels.LoadClassifier(SavedModels.Save(model));
        Assert.AreEqual(model.Model.Tuned.Input, loaded.Model.Tuned.Input);
        Classifiers.AreEqual(expected, Classifiers.Scores(loaded, rows));
    }

    [TestMethod]
    public void What_is_not_given_of_windows_stays_as_the_model_has_it_or_is_the_default()
    {
        using AdaMixTransformer model = Classifiers.Transformer(Model(WindowCombination.MaxLogits, most: 6));
        TextWindows? Of(AdaMixTransformer changed) => changed.Model.Tuned.Input.Windows;
        Assert.AreEqual(new TextWindows(2, WindowCombination.MaxLogits, 6), Of(model.WithWindows()));
        Assert.AreEqual(new TextWindows(2, WindowCombination.MaxLogits, 3), Of(model.WithWindows(maxWindows: 3)));
        Assert.AreEqual(new TextWindows(5, WindowCombination.MaxLogits, 6), Of(model.WithWindows(stride: 5)));
        Assert.AreEqual(new TextWindows(2, WindowCombination.First, 6), Of(model.WithWindows(WindowCombination.First)));
        using AdaMixTransformer plain = Classifiers.Transformer();
        Assert.AreEqual(new TextWindows(9, WindowCombination.MeanLogits, 16), Of(plain.WithWindows())); // a quarter of 36 tokens
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.WithWindows(maxWindows: 0));
    }

    [TestMethod]
    public void Texts_that_lose_something_behind_the_last_window_are_counted()
    {
        using AdaMixTransformer model = Classifiers.Transformer(Model(WindowCombination.MeanLogits, most: 2));
        IDataView texts = new MLContext().Data.LoadFromEnumerable(
            (TextRow[])[new() { Text = "abc" }, new() { Text = new string('a', 17) }, new() { Text = new string('a', 40) }]);
        CutTexts cut = model.CountCutTexts(texts);
        Assert.AreEqual((3, 1), (cut.Texts, cut.Cut));
        Assert.AreEqual(22.0 / (5 + 19 + 20 + 22), cut.ShareOfTokens, 1e-9);
        Assert.AreEqual("1 of 3 texts is longer than 2 windows of 12 tokens; about 33.3 % of all tokens are cut.", $"{cut}");
    }

    private static ServedModel Model(WindowCombination how, int most = 16)
    {
        ServedModel model = Classifiers.Model(columns: Classifiers.AllColumns);
        TextInput input = new(MaxLength, SpecialTokensInText: true) { Windows = new TextWindows(2, how, most) };
        return model with { Tuned = model.Tuned with { Input = input } };
    }

    private static (float[] Logits, float[] Embedding) Score(IModelSession session, TokenIds window)
    {
        float[] logits = new float[session.Outputs];
        float[] embedding = new float[session.EmbeddingSize];
        session.Score([window], logits, embedding);
        return (logits, embedding);
    }

    private static float[] Combine(IEnumerable<float[]> windows, WindowCombination how)
    {
        float[][] all = [.. windows];
        return [.. Enumerable.Range(0, all[0].Length).Select(place => how switch
        {
            WindowCombination.MaxLogits or WindowCombination.MaxEmbedding => all.Max(window => window[place]),
            WindowCombination.First => all[0][place],
            _ => all.Average(window => window[place]),
        })];
    }

    // RoBERTa's: output(tanh(dense(x))).
    private static float[] Head(TunedModel model, float[] read)
    {
        static float[] Linear(HostTensor weight, HostTensor bias, float[] x)
        {
            float[] w = weight.Values.ToArray();
            return [.. bias.Values.ToArray().Select(
                (value, row) => (float)(value + Enumerable.Range(0, x.Length).Sum(i => (double)w[(row * x.Length) + i] * x[i])))];
        }

        HeadWeights head = model.Head;
        return Linear(head.OutputWeight, head.OutputBias, Array.ConvertAll(Linear(head.DenseWeight, head.DenseBias, read), MathF.Tanh));
    }
}
