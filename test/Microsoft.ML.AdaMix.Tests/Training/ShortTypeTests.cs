using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

/// <summary>The way in which a GPU computes, everything in bfloat16 and the trained weights beside it in float32, on the CPU.</summary>
[TestClass]
public sealed class ShortTypeTests
{
    private const ScalarType Short = ScalarType.BFloat16;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("roberta", "adamix_share_up.safetensors")]
    [DataRow("roberta", "adamix_share_none.safetensors")]
    [DataRow("bert", "adamix_share_up.safetensors")]
    public void Losses_and_gradients_of_a_step_agree_with_the_reference_within_bfloat16s_rounding(string family, string file)
    {
        using DisposeScope scope = NewDisposeScope();
        Golden golden = new(family, file);
        Golden inputs = new(family, "base.safetensors");
        using ReferenceModel model = ReferenceModel.AdaMix(family, file, golden, ModelPlace.All(Short));
        using FlatParameters flat = new(model.Classifier.Parameters, Short);
        Route[] Routes(string name) => [.. golden.Integers(name).Chunk(2).Select(pair => new Route((int)pair[0], (int)pair[1]))];
        Tensor Pass(string name) => model.Routed(model.Batch(inputs), Routes(name)).to_type(ScalarType.Float32);
        StepLosses losses = Objective.Compute(
            new ClassificationTask(golden.Shape("out/logits_pass1")[1], 0), Pass("route/pass1"), Pass("route/pass2"),
            tensor(inputs.Integers("in/labels")).to_type(ScalarType.Float32).unsqueeze(-1), null, 1);
        Tensor[] gradients = flat.Join(Gradients.Of(losses.Total, flat.Leaves())).split(flat.Sizes);
        Assert.AreEqual(golden.Floats("out/total_loss")[0], losses.Total.item<float>(), 0.02);
        Dictionary<string, Tensor> found = flat.Parameters.Zip(gradients).ToDictionary(
            pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
        double difference = 0;
        double size = 0;
        foreach (string name in golden.Names.Where(name => name.StartsWith("grad/", StringComparison.Ordinal)))
        {
            float[] actual = found[Checkpoints.TensorNames.Canonical(name["grad/".Length..])].ToArray();
            float[] expected = golden.Floats(name);
            difference += expected.Zip(actual, (one, other) => Math.Pow((double)one - other, 2)).Sum();
            size += expected.Sum(value => Math.Pow(value, 2));
        }

        TestContext.WriteLine($"{family}/{file}: {Math.Sqrt(difference / size):p2} of the gradient's size");
        Assert.IsLessThan(0.05, Math.Sqrt(difference / size));
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void Every_method_trains_about_as_in_float32_and_leaves_float32_weights(string method)
    {
        TuningMethod tuning = AllMethods.ByName[method]();
        MixtureOptions mixture = tuning.SupportsMixture ? new MixtureOptions { Experts = 3 } : new MixtureOptions { Experts = 1 };
        using ReferenceModel exact = TinyTraining.Model(tuning, mixture);
        using ReferenceModel rounded = TinyTraining.Model(AllMethods.ByName[method](), mixture, ModelPlace.All(Short));
        (float[] expected, Dictionary<string, float[]> weights) = Train(exact);
        (float[] losses, Dictionary<string, float[]> found) = Train(rounded);
        Golden.AssertClose(expected, losses, 0.1, "losses");
        Assert.IsTrue(rounded.Classifier.Parameters.All(parameter => parameter.Value.dtype == ScalarType.Float32));
        Assert.IsTrue(
            found.Values.Any(values => Array.Exists(values, value => (BitConverter.SingleToUInt32Bits(value) & 0xFFFF) != 0)),
            "steps finer than bfloat16 count");
        CollectionAssert.AreEquivalent(weights.Keys, found.Keys);
    }

    [TestMethod]
    public void A_fixed_expert_trains_and_is_evaluated_as_in_float32()
    {
        MixtureOptions mixture = new() { Experts = 3, Routing = ExpertRouting.Fixed, FixedExpert = 1 };
        float[] Losses(ModelPlace place)
        {
            using ReferenceModel model = TinyTraining.Model(new AdapterTuning { Bottleneck = 4 }, mixture, place);
            return Train(model).Losses;
        }

        Golden.AssertClose(Losses(ModelPlace.Cpu), Losses(ModelPlace.All(Short)), 0.1, "losses");
    }

    private static (float[] Losses, Dictionary<string, float[]> Weights) Train(ReferenceModel model) => TinyTraining.Train(
        model, TinyTraining.Classes(24), TinyTraining.Settings(dropout: 0.1) with { GradientCheckpointing = false },
        TinyTraining.Classes(11));
}
