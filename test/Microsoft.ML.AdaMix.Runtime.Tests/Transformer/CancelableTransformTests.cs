using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Transformer;

[TestClass]
public sealed class CancelableTransformTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly CancellationTokenSource _source = new();
    private IDataView _data = null!;

    [TestInitialize]
    public void Load() => _data = _ml.Data.LoadFromEnumerable(Classifiers.Rows(60));

    public void Dispose() => _source.Dispose();

    [TestMethod]
    public void A_view_with_a_token_gives_what_one_without_gives()
    {
        AdaMixTransformer model = Classifiers.Transformer();

        Classifiers.AreEqual(Classifiers.Scores(model.Transform(_data)), Classifiers.Scores(model.Transform(_data, _source.Token)));
        Classifiers.AreEqual(
            Classifiers.Scores(model.Transform(_data)), Classifiers.Scores(model.Transform(_data, CancellationToken.None)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_cancelled_token_stops_readings_of_scores_and_of_other_columns(bool chained)
    {
        AdaMixTransformer model = Classifiers.Transformer();
        IDataView scored = (chained ? Chain(model) : model as ITransformer).Transform(_data, _source.Token);
        Assert.HasCount(60, scored.GetColumn<int>("Number").ToArray());

        _source.Cancel();

        OperationCanceledException error = Assert.ThrowsExactly<OperationCanceledException>(() => Classifiers.Scores(scored));
        Assert.AreEqual(_source.Token, error.CancellationToken);
        Assert.ThrowsExactly<OperationCanceledException>(() => scored.GetColumn<int>("Number").ToArray());
        Assert.HasCount(60, Classifiers.Scores(model.Transform(_data)));
    }

    [TestMethod]
    public void A_reading_is_stopped_between_two_rows()
    {
        IDataView scored = Classifiers.Transformer().Transform(_data, _source.Token);
        int rows = 0;

        Assert.ThrowsExactly<OperationCanceledException>(() =>
        {
            foreach (float[] score in scored.GetColumn<float[]>("Score"))
            {
                rows += score.Length > 0 ? 1 : 0;
                _source.Cancel();
            }
        });

        Assert.AreEqual(1, rows);
    }

    [TestMethod]
    public void A_run_of_ONNX_Runtime_is_stopped_in_its_middle_and_the_session_goes_on_working()
    {
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta) with { HiddenSize = 64, Layers = 8, MaxPositions = 520 };
        TunedModel model = TestModels.Model(TestModels.Encoder(config));
        TokenIds[] rows = TestModels.Rows(config, [.. Enumerable.Repeat(512, 8)]);
        using IModelSession session = ModelSessions.Open(model);
        float[] logits = new float[rows.Length * session.Outputs];
        OperationCanceledException? error = null;

        for (int attempt = 0; attempt < 200 && error?.InnerException is null; attempt++)
        {
            // At whatever moment it comes: before the run, in it, which is what is waited for, or after.
            using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(1 + (attempt % 20)));
            try
            {
                session.Score(rows, logits, [], source.Token);
            }
            catch (OperationCanceledException stopped)
            {
                Assert.AreEqual(source.Token, stopped.CancellationToken);
                error = stopped;
            }
        }

        Assert.IsInstanceOfType<OnnxRuntimeException>(error?.InnerException);
        session.Score(rows.AsSpan(0, 1), logits.AsSpan(0, session.Outputs), []);
        Assert.IsTrue(float.IsFinite(logits[0]));
    }

    [TestMethod]
    public void Who_waits_for_a_session_to_be_made_can_be_stopped()
    {
        using ManualResetEventSlim made = new();
        using AdaMixTransformer model = new(_ml, Classifiers.Model(), _ =>
        {
            _source.Cancel();
            made.Wait();
            return ModelSessions.Open(Classifiers.Model().Tuned);
        });

        Assert.Throws<OperationCanceledException>(() => Classifiers.Scores(model.Transform(_data, _source.Token)));

        made.Set();
        Assert.HasCount(60, Classifiers.Scores(model.Transform(_data)));
    }

    [TestMethod]
    public void Two_views_have_tokens_of_their_own()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        using CancellationTokenSource other = new();
        IDataView first = model.Transform(_data, _source.Token);
        IDataView second = model.Transform(_data, other.Token);

        _source.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => Classifiers.Scores(first));
        Assert.HasCount(60, Classifiers.Scores(second));
    }

    [TestMethod]
    public void A_pipeline_without_an_AdaMix_model_says_so()
    {
        ITransformer other = _ml.Transforms.CopyColumns("Copy", "Text").Fit(_data);

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => other.Transform(_data, _source.Token));

        Assert.Contains(nameof(AdaMixTransformer), error.Message);
    }

    private TransformerChain<ITransformer> Chain(AdaMixTransformer model) => new(
        _ml.Transforms.CopyColumns("Copy", "Text").Fit(_data),
        new TransformerChain<ITransformer>(model, _ml.Transforms.CopyColumns("Second", "Score").Fit(model.Transform(_data))));
}
