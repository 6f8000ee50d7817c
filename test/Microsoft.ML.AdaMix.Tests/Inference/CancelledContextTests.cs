using System.Reflection;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Inference;

/// <summary>Models, mixtures, random routes and ensembles on a context that was cancelled, as a sweep does with every trial's.</summary>
[TestClass]
public sealed class CancelledContextTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static IDataView _rows = null!;
    private static TrainedMixture _mixture = null!;

    public static IEnumerable<object[]> Ways => [["merged"], ["expert"], ["route"], ["random routes"], ["ensemble"]];

    [ClassInitialize]
    public static void Train(TestContext context)
    {
        _rows = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(Data()).Transform(Data());
        _mixture = Ml.MulticlassClassification.Trainers.AdaMix(Rows.Quick()).FitMixture(_rows);
        Cancel(Ml);
    }

    [ClassCleanup]
    public static void Free() => _mixture.Dispose();

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void What_comes_of_a_mixture_scores_evaluates_and_predicts(string way)
    {
        using AdaMixTransformer model = Create(way);
        using PredictionEngine<Row, Scores> engine = Ml.Model.CreatePredictionEngine<Row, Scores>(model);

        Assert.HasCount(16, model.Transform(_rows).GetColumn<float[]>("Score").ToArray());
        Assert.IsTrue(double.IsFinite(Ml.MulticlassClassification.Evaluate(model.Transform(_rows)).LogLoss));
        Assert.HasCount(2, model.Preview(_rows, maxRows: 2).RowView);
        Assert.HasCount(2, engine.Predict(new Row { Text = "a small furry mammal" }).Score);
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void A_token_stops_what_comes_of_a_mixture(string way)
    {
        using AdaMixTransformer model = Create(way);
        using CancellationTokenSource source = new();
        IDataView scored = model.Transform(_rows, source.Token);
        Assert.HasCount(16, scored.GetColumn<float[]>("Score").ToArray());

        source.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => scored.GetColumn<float[]>("Score").ToArray());
    }

    [TestMethod]
    public void Random_routes_are_stopped_within_a_forward_pass()
    {
        using CancellationTokenSource source = new();
        Microsoft.ML.AdaMix.Networks.ITuning tuning = new Microsoft.ML.AdaMix.Inference.StoppableTuning(
            Microsoft.ML.AdaMix.Networks.NoTuning.Instance, source.Token);
        Assert.IsNull(tuning.Prompt);
        source.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => tuning.Projected("module", null!, null!));
        Assert.ThrowsExactly<OperationCanceledException>(() => tuning.Sublayer("module", null!, null!, states => states));
    }

    [TestMethod]
    public void Fit_on_a_cancelled_context_ends_as_that_of_ML_NETs_own_trainers_does()
    {
        IDataView points = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(
            number => new Point { Label = number % 2 == 0, Features = [number, 1] }));

        Assert.Throws<OperationCanceledException>(() => Ml.BinaryClassification.Trainers.SdcaLogisticRegression().Fit(points));
        Assert.Throws<OperationCanceledException>(() => Ml.MulticlassClassification.Trainers.AdaMix(Rows.Quick()).Fit(_rows));
    }

    private static AdaMixTransformer Create(string way) => way switch
    {
        "merged" => _mixture.Merge(),
        "expert" => _mixture.Expert(0),
        "route" => _mixture.Route(1),
        "random routes" => _mixture.RandomRoutes(ExpertRouting.Example, 1),
        _ => _mixture.Ensemble(2, 1),
    };

    private static IDataView Data() => Ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food"));

    // Not public in Microsoft.ML; Microsoft.ML.AutoML reaches it.
    private static void Cancel(MLContext ml) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(ml, null);

    private sealed class Scores
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class Point
    {
        public bool Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
