using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models.Families;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

[TestClass]
public sealed class AdaMixParityTests
{
    private const double Tolerance = 2e-5;
    private const double StatesBeforeNorms = 5e-5; // not normalised between layers
    private const double MergedTolerance = 1e-6;

    private static IEnumerable<(string Family, string File)> Files => Golden.AdaMixFiles;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Losses_and_every_gradient_of_a_step_agree(string family, string file)
    {
        AdaMixStep step = AdaMixStep.Compute(family, file);
        double largest = step.Values.Max(value => Golden.AssertClose(value.Expected, value.Actual, Tolerance, value.Name));
        Assert.AreEqual(
            step.Parameters,
            step.Values.Count(value => value.Name.StartsWith("grad/", StringComparison.Ordinal)),
            "as many gradients as trainable parameters");
        if (Golden.Describe($"{family}/{file}") is { } said
            && said.TryGetProperty("experts_without_gradient", out System.Text.Json.JsonElement unused))
        {
            string[] expected = [
                .. unused.EnumerateArray().Select(name => TensorNames.Canonical(name.GetString()!, Definition(family)))
                    .Order(StringComparer.Ordinal)];
            CollectionAssert.AreEqual(expected, step.WithoutGradient.ToArray(), "experts that neither pass used have no gradient at all");
        }

        TestContext.WriteLine($"{family}/{file}: largest difference {largest:g2}");
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
            StatesAssert.AssertClose(
                golden, "out/last_hidden_state_merged",
                classifier.Encoder.Finish(classifier.Encoder.AllStates(batch, merged).Last(), merged),
                Definition(family).NormsFirst ? StatesBeforeNorms : Tolerance, PaddingOf(family)),
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
            "out/logits_sentence_routing", Logits(classifier.Tuning.Bind(RowRoutes(golden, model.Mixture.ExpertCount), null)), Tolerance));
        TestContext.WriteLine($"{family}/{file}: largest difference {differences.Max():g2}");
    }

    // Outputs at padding mean nothing; of the families versions of the reference differ there.
    private static long[]? PaddingOf(string family) => family.StartsWith(Golden.Families, StringComparison.Ordinal)
        ? new Golden(family, "base.safetensors").Integers("in/attention_mask")
        : null;

    private static FamilyDefinition Definition(string family) =>
        HuggingFaceFolder.ReadConfig(Reference.Golden(family)).Definition;

    // [layer, (down, up), row]
    private static PerTokenExperts RowRoutes(Golden golden, int experts)
    {
        long[] shape = Array.ConvertAll(golden.Shape("route/sentence"), size => (long)size);
        Tensor routes = tensor(golden.Integers("route/sentence"), shape);
        return new PerTokenExperts(routes.view(2 * shape[0], shape[2], 1), experts);
    }
}
