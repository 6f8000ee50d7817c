using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

[TestClass]
public sealed class AdaMixParityTests
{
    private const double Tolerance = 2e-5;
    private const double MergedTolerance = 1e-6;

    private static IEnumerable<(string Family, string File)> Files =>
    [
        ("roberta", "adamix_share_up.safetensors"),
        ("roberta", "adamix_share_down.safetensors"),
        ("roberta", "adamix_share_none.safetensors"),
        ("roberta", "adamix_share_both.safetensors"),
        ("roberta", "regression_share_up.safetensors"),
        ("bert", "adamix_share_up.safetensors"),
        ("bert", "adamix_share_none.safetensors"),
    ];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Losses_and_every_gradient_of_a_step_agree(string family, string file)
    {
        using DisposeScope scope = NewDisposeScope();
        Golden golden = new(family, file);
        using ReferenceModel model = ReferenceModel.AdaMix(family, file, golden);
        EncoderBatch batch = model.Batch(new Golden(family, "base.safetensors"));
        Queue<Route[]> routes = new([Routes(golden.Integers("route/pass1")), Routes(golden.Integers("route/pass2"))]);
        Tensor logits1 = model.Routed(batch, routes.Dequeue());
        Tensor logits2 = model.Routed(batch, routes.Dequeue());
        StepLosses losses = golden.Has("in/labels")
            ? Objective.Compute(new RegressionTask(), logits1, logits2, tensor(golden.Floats("in/labels")).unsqueeze(-1), null, 1)
            : Objective.Compute(new ClassificationTask(golden.Shape("out/logits_pass1")[1], 0), logits1, logits2,
                Labels(new Golden(family, "base.safetensors").Integers("in/labels")), null, 1);
        logits1.retain_grad();
        logits2.retain_grad();
        losses.Total.backward();

        List<double> differences =
        [
            golden.AssertClose("out/logits_pass1", logits1.ToArray(), Tolerance),
            golden.AssertClose("out/logits_pass2", logits2.ToArray(), Tolerance),
            golden.AssertClose("out/supervised_loss", losses.Supervised.ToArray(), Tolerance),
            golden.AssertClose("out/consistency_loss", losses.Consistency!.ToArray(), Tolerance),
            golden.AssertClose("out/total_loss", losses.Total.ToArray(), Tolerance),
            golden.AssertClose("grad_logits/pass1", logits1.grad!.ToArray(), Tolerance),
            golden.AssertClose("grad_logits/pass2", logits2.grad!.ToArray(), Tolerance),
        ];
        Dictionary<string, TrainableParameter> parameters = model.Classifier.Parameters.ToDictionary(
            parameter => parameter.Name, StringComparer.Ordinal);
        string[] gradients = [.. golden.Names.Where(name => name.StartsWith("grad/", StringComparison.Ordinal))];
        Assert.HasCount(parameters.Count, gradients, "as many gradients as trainable parameters");
        foreach (string name in gradients)
        {
            TrainableParameter parameter = parameters[TensorNames.Canonical(name["grad/".Length..])];
            float[] actual = parameter.Value.grad?.ToArray() ?? new float[parameter.Value.numel()];
            differences.Add(golden.AssertClose(name, actual, Tolerance));
        }

        if (Golden.Describe($"{family}/{file}").TryGetProperty("experts_without_gradient", out System.Text.Json.JsonElement unused))
        {
            string[] expected = [
                .. unused.EnumerateArray().Select(name => TensorNames.Canonical(name.GetString()!)).Order(StringComparer.Ordinal)];
            string[] actual = [.. parameters.Values.Where(parameter => parameter.Value.grad is null).Select(parameter => parameter.Name)
                .Order(StringComparer.Ordinal)];
            CollectionAssert.AreEqual(expected, actual, "experts that neither pass used have no gradient at all");
        }

        TestContext.WriteLine($"{family}/{file}: largest difference {differences.Max():g2}");
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Merged_fixed_and_per_row_routed_inference_agree(string family, string file)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Golden golden = new(family, file);
        using ReferenceModel model = ReferenceModel.AdaMix(family, file, golden);
        TunedClassifier classifier = model.Classifier;
        EncoderBatch batch = model.Batch(new Golden(family, "base.safetensors"));
        bool regression = golden.Has("out/logits_merged_unclipped");
        float[] Logits(ITuning tuning)
        {
            Tensor logits = classifier.Forward(batch, tuning, null);
            return (regression ? logits.clamp_min(0) : logits).ToArray(); // the reference clips its predictions for regression
        }

        ITuning merged = classifier.Tuning.Bind(new MergedExperts(), null);
        List<double> differences =
        [
            golden.AssertClose("out/logits_merged", Logits(merged), Tolerance),
            golden.AssertClose("out/last_hidden_state_merged", classifier.Encoder.AllStates(batch, merged).Last().ToArray(), Tolerance),
        ];
        if (regression)
        {
            differences.Add(golden.AssertClose("out/logits_merged_unclipped", classifier.Forward(batch, merged, null).ToArray(),
                Tolerance));
        }

        AdapterEdit[] weights = [.. classifier.Tuning.ToHost(new MergedExperts()).Cast<AdapterEdit>()];
        for (int layer = 0; layer < weights.Length; layer++)
        {
            string prefix = FormattableString.Invariant($"merged/layer.{layer}.");
            differences.Add(golden.AssertClose(prefix + "down.weight", weights[layer].DownWeight.Values.Span, MergedTolerance));
            differences.Add(golden.AssertClose(prefix + "down.bias", weights[layer].DownBias.Values.Span, MergedTolerance));
            differences.Add(golden.AssertClose(prefix + "up.weight", weights[layer].UpWeight.Values.Span, MergedTolerance));
            differences.Add(golden.AssertClose(prefix + "up.bias", weights[layer].UpBias.Values.Span, MergedTolerance));
        }

        ExpertSharing sharing = model.Mixture.Sharing;
        for (int expert = 0; expert < model.Mixture.Experts; expert++)
        {
            Route route = new(sharing.HasFlag(ExpertSharing.Down) ? 0 : expert, sharing.HasFlag(ExpertSharing.Up) ? 0 : expert);
            Route[] routes = [.. Enumerable.Repeat(route, model.Loaded.Config.Layers)];
            differences.Add(golden.AssertClose(
                FormattableString.Invariant($"out/logits_fixed_expert_{expert}"),
                Logits(classifier.Tuning.Bind(new RoutedExpert(routes), null)), Tolerance));
        }

        differences.Add(golden.AssertClose(
            "out/logits_sentence_routing", Logits(classifier.Tuning.Bind(RowRoutes(golden, model.Mixture.Experts), null)), Tolerance));
        TestContext.WriteLine($"{family}/{file}: largest difference {differences.Max():g2}");
    }

    // float32 [B, 1], as training holds class indices
    private static Tensor Labels(long[] labels) => tensor(labels).to_type(ScalarType.Float32).unsqueeze(-1);

    private static Route[] Routes(long[] values) => [.. values.Chunk(2).Select(pair => new Route((int)pair[0], (int)pair[1]))];

    // [layer, (down, up), row]
    private static PerTokenExperts RowRoutes(Golden golden, int experts)
    {
        long[] shape = Array.ConvertAll(golden.Shape("route/sentence"), size => (long)size);
        Tensor routes = tensor(golden.Integers("route/sentence"), shape);
        return new PerTokenExperts(routes.view(2 * shape[0], shape[2], 1), experts);
    }
}
