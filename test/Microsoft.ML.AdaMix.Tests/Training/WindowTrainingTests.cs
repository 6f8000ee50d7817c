using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

/// <summary>Steps and evaluation of rows that are several windows.</summary>
[TestClass]
public sealed class WindowTrainingTests
{
    private const double Tolerance = 1e-5;

    private static readonly int[] Counts = [1, 3, 2, 1, 4, 2];

    public static IEnumerable<object[]> Combinations =>
        [.. Enum.GetValues<WindowCombination>().Where(how => how != WindowCombination.First).Select(how => (object[])[how])];

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void Loss_and_gradients_are_those_of_the_formula_on_windows_that_compute_one_by_one(WindowCombination how)
    {
        using ReferenceModel model = Model("bert", new AdapterTuning { Bottleneck = 4 }, ExpertRouting.Fixed);
        TrainingRows rows = Rows();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] leaves = [.. model.Classifier.Parameters.Select(parameter => parameter.Value.detach().requires_grad_(true))];
        TrainableParameter[] parameters = [.. model.Classifier.Parameters];
        foreach ((TrainableParameter parameter, Tensor leaf) in parameters.Zip(leaves))
        {
            parameter.Value.requires_grad_(true);
        }

        ITuning tuning = model.Classifier.Tuning.Bind(
            new RoutedExpert([.. Enumerable.Repeat(new Route(0, 0), model.Loaded.Config.Layers)]), null);
        Tensor logits = stack([.. Enumerable.Range(0, rows.Count).Select(row => Formula(model, rows.Ids.Row(row), how, tuning))]);
        Tensor loss = nn.functional.cross_entropy(logits, tensor(rows.Targets).to(ScalarType.Int64));
        IList<Tensor> expected = autograd.grad([loss], [.. parameters.Select(parameter => parameter.Value)], allow_unused: true);

        (float[] losses, Dictionary<string, float[]> gradients) = Gradients(model, how, rows, TinyTraining.Settings());

        Assert.AreEqual(loss.item<float>(), losses[0], Tolerance);
        bool any = false;
        for (int i = 0; i < parameters.Length; i++)
        {
            if (!expected[i].IsInvalid)
            {
                any |= expected[i].abs().max().item<float>() > 1e-3;
                Golden.AssertClose(expected[i].data<float>().ToArray(), gradients[parameters[i].Name], Tolerance, parameters[i].Name);
            }
        }

        Assert.IsTrue(any);
    }

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void Parts_recomputed_layers_known_states_and_threads_give_the_same_gradients(WindowCombination how)
    {
        using ReferenceModel model = Model("roberta", new AdapterTuning { Bottleneck = 4, Layers = 1..^0 }, ExpertRouting.Batch);
        TrainingRows rows = Rows();
        TrainingSettings settings = TinyTraining.Settings(dropout: 0.2);
        var whole = Gradients(model, how, rows, settings);
        AssertSame(whole, Gradients(model, how, rows, settings with { GradientCheckpointing = true }), "recomputed");
        AssertSame(whole, Gradients(model, how, rows, settings, threads: 3), "threads", 0);
        TrainingSettings exact = TinyTraining.Settings();
        AssertSame(Gradients(model, how, rows, exact), Gradients(model, how, rows, exact with { MicroBatchSize = 2 }), "parts");
        FrozenStates below = new(model.Classifier, rows.Ids, 1 << 20);
        AssertSame(Gradients(model, how, rows, exact), Gradients(model, how, rows, exact, below), "states");
        Assert.AreEqual(rows.Ids.Sequences, below.Kept);
        AssertSame(Gradients(model, how, rows, exact), Gradients(model, how, rows, exact, below), "known states");
    }

    [TestMethod]
    [DataRow("bitfit")]
    [DataRow("prompt")]
    [DataRow("full")]
    public void Methods_that_change_head_or_embeddings_take_windows(string method)
    {
        TuningMethod tuning = AllMethods.ByName[method]();
        foreach (ExpertRouting routing in (ExpertRouting[])[ExpertRouting.Batch, ExpertRouting.Example, ExpertRouting.Token])
        {
            using ReferenceModel model = Model("bert", tuning, tuning.SupportsMixture ? routing : ExpertRouting.Batch);
            TrainingSettings settings = TinyTraining.Settings();
            foreach (object[] how in Combinations)
            {
                var whole = Gradients(model, (WindowCombination)how[0], Rows(), settings);
                AssertSame(whole, Gradients(model, (WindowCombination)how[0], Rows(), settings with { MicroBatchSize = 3 }), method);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void Evaluation_scores_rows_as_their_windows_combine(WindowCombination how)
    {
        using ReferenceModel model = Model("roberta", new AdapterTuning { Bottleneck = 4 }, ExpertRouting.Batch);
        TrainingRows rows = Rows();
        using OperatorThreads threads = OperatorThreads.Open(CPU, 2);
        float[] scores = new Evaluation(model.Classifier with { Combination = how }, 3, threads, () => { }).Score(rows.Ids);
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        ITuning merged = model.Classifier.Tuning.Bind(MergedExperts.For(model.Mixture), null);
        float[] expected =
            [.. Enumerable.Range(0, rows.Count).SelectMany(row => Formula(model, rows.Ids.Row(row), how, merged).data<float>().ToArray())];
        Golden.AssertClose(expected, scores, Tolerance, "scores");
    }

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void Onnx_scores_windows_as_torch_does(WindowCombination how)
    {
        foreach (string family in (string[])["roberta", "bert"])
        {
            using ReferenceModel model = Model(family, new AdapterTuning { Bottleneck = 4 }, ExpertRouting.Batch);
            TrainingRows rows = Rows();
            using OperatorThreads threads = OperatorThreads.Open(CPU, 1);
            float[] expected = new Evaluation(model.Classifier with { Combination = how }, 8, threads, () => { }).Score(rows.Ids);
            TunedModel plain = new(
                model.Loaded, EncoderEdits.None, model.Classifier.Head.ToHost(), new TextInput(16, SpecialTokensInText: false));
            using IModelSession session = ModelSessions.Open(
                ModelMerger.Merge(plain, model.Classifier.Tuning, MergedExperts.For(model.Mixture)));
            TokenIds[][] windows = [.. Enumerable.Range(0, rows.Count).Select(rows.Ids.Row)];
            RowScores[] apart = [.. windows.SelectMany(row => row).Select(window =>
            {
                float[] logits = new float[session.Outputs];
                float[] embedding = new float[session.EmbeddingSize];
                session.Score([window], logits, embedding);
                return new RowScores(logits, embedding);
            })];
            RowScores[] found = WindowScores.Combine(apart, windows, new TextWindows(0, how, 16), session);
            Golden.AssertClose(expected, [.. found.SelectMany(row => row.Logits)], 1e-4, family);
        }
    }

    [TestMethod]
    public void Batches_are_of_rows_that_cost_alike_and_hold_each_row_once()
    {
        TokenTable table = TokenTables.Create(
            [.. Enumerable.Range(0, 64).Select(row => Enumerable.Range(0, 1 + (row % 4)).Select(_ => Window(row, 10)).ToArray())]);
        int[][] batches = Batching.Shuffle(table, 16, new RandomSource(1));
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 64).ToArray(), batches.SelectMany(batch => batch).ToArray());
        Assert.IsTrue(batches.All(batch => batch.Select(row => table.Cost(row)).Distinct().Count() == 1));
        int[][] evaluated = [.. Batching.SortByLength(table, 16)];
        Assert.IsTrue(evaluated.All(batch => table.Windows(batch).Sequences.Length <= 16));
    }

    private static (float[] Losses, Dictionary<string, float[]> Gradients) Gradients(
        ReferenceModel model, WindowCombination how, TrainingRows rows, TrainingSettings settings, FrozenStates? below = null,
        int? threads = null) => TinyTraining.Gradients(
        model, new ClassificationTask(TinyTraining.Outputs, 0), rows, settings, below, threads, combination: how);

    // [outputs] of one row.
    private static Tensor Formula(ReferenceModel model, TokenIds[] windows, WindowCombination how, ITuning tuning)
    {
        TunedClassifier classifier = model.Classifier;
        Tensor[] read = [.. windows.Select(window =>
            classifier.Encoder.Forward(EncoderBatch.Pad([window], model.Loaded.Config, CPU), tuning, null))]; // [1, hidden] each
        Tensor Head(Tensor embedding) => classifier.Head.Forward(embedding, tuning, null);
        Tensor all = cat(read, 0);
        return (how switch
        {
            WindowCombination.MeanEmbedding => Head(all.mean([0L], keepdim: true)),
            WindowCombination.MaxEmbedding => Head(all.max(0, keepdim: true).values),
            WindowCombination.MaxLogits => cat([.. read.Select(Head)], 0).max(0, keepdim: true).values,
            _ => cat([.. read.Select(Head)], 0).mean([0L], keepdim: true),
        }).squeeze(0);
    }

    private static ReferenceModel Model(string family, TuningMethod method, ExpertRouting routing) => RandomModel.Create(
        method,
        method.SupportsMixture
            ? new MixtureOptions
            {
                Experts = 3,
                Sharing = ExpertSharing.None,
                Routing = routing,
                ConsistencyWeight = routing == ExpertRouting.Fixed ? 0 : 1,
            }
            : MixtureOptions.None,
        distance: method is FullFineTuning or BitFitTuning ? 0.02 : 0.1, family: family, outputs: TinyTraining.Outputs);

    private static TrainingRows Rows()
    {
        int made = 0;
        TokenIds[][] rows = [.. Counts.Select(count => Enumerable.Range(0, count).Select(_ => Window(made, 4 + (made++ % 7))).ToArray())];
        return new TrainingRows(TokenTables.Create(rows), [.. Counts.Select((_, row) => (float)(row % TinyTraining.Outputs))], null);
    }

    private static TokenIds Window(int seed, int length)
    {
        RandomSource random = new((ulong)seed + 1);
        return new TokenIds([.. Enumerable.Range(0, length).Select(_ => 4 + random.Next(40))], length);
    }

    private static void AssertSame(
        (float[] Losses, Dictionary<string, float[]> Gradients) expected, (float[] Losses, Dictionary<string, float[]> Gradients) found,
        string what, double tolerance = Tolerance)
    {
        Golden.AssertClose(expected.Losses, found.Losses, tolerance, $"{what}: losses");
        foreach ((string name, float[] gradient) in expected.Gradients)
        {
            double scale = gradient.Length == 0 ? 1 : Math.Max(1, gradient.Max(Math.Abs));
            Golden.AssertClose(gradient, found.Gradients[name], tolerance * scale, $"{what}: {name}");
        }
    }
}
