using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Testing;
using Microsoft.ML.AdaMix.Tests.Encoders;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Methods;

[TestClass]
public sealed class MixtureTests
{
    [ClassInitialize]
    public static void Load(TestContext context) => LibTorch.EnsureLoaded();

    [TestMethod]
    [DynamicData(nameof(MethodsAndSharing))]
    public void A_merged_mixture_is_the_plain_method_with_the_mean_of_the_experts_weights(string method, Sharing sharing)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel mixture = Random(method, 4, sharing);
        using ReferenceModel plain = Random(method, 1);
        using (no_grad())
        {
            foreach ((ExpertTensor many, ExpertTensor one) in mixture.Classifier.Tuning.Tensors.Zip(plain.Classifier.Tuning.Tensors))
            {
                one.Experts[0].copy_(stack([.. many.Experts]).mean([0]));
            }
        }

        EncoderBatch batch = Batch(mixture);
        float[] merged = mixture.Classifier.Merged(batch).ToArray();
        Golden.AssertClose(plain.Classifier.Forward(batch, plain.Classifier.Tuning.Bind(First(plain), null), null).ToArray(), merged, 2e-5, "merged");
        if (mixture.Classifier.Tuning.Tensors.Any(tensor => !tensor.IsShared))
        {
            float[] one = mixture.Routed(batch, [.. Enumerable.Repeat(new Route(0, 0), mixture.Loaded.Config.Layers)]).ToArray();
            Assert.IsGreaterThan(1e-3, one.Zip(merged, (a, b) => Math.Abs(a - b)).Max(), "one expert is something else");
        }
    }

    [TestMethod]
    [DynamicData(nameof(MethodsAndSharing))]
    public void A_mixture_of_one_expert_is_the_plain_method_whatever_it_shares_and_however_it_is_routed(string method, Sharing sharing)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel plain = Random(method, 1);
        using ReferenceModel one = Random(method, 1, sharing);
        EncoderBatch batch = Batch(plain);
        float[] expected = plain.Classifier.Forward(batch, plain.Classifier.Tuning.Bind(First(plain), null), null).ToArray();
        foreach (Routing routing in Enum.GetValues<Routing>())
        {
            Router router = new(one.Loaded.Config.Layers, 1, sharing, routing, 0, new RandomSource(7));
            Golden.AssertClose(expected, one.Classifier.Forward(batch, one.Classifier.Tuning.Bind(router.Draw(batch.Rows, batch.Length, CPU), null), null).ToArray(), 2e-5, $"{routing}");
        }

        Golden.AssertClose(expected, one.Classifier.Merged(batch).ToArray(), 0, "merged");
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.NamesWithExperts), typeof(AllMethods))]
    public void A_mixture_whose_experts_are_alike_is_the_plain_method_on_every_route(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel mixture = Random(method, 3, Sharing.None);
        using ReferenceModel plain = Random(method, 1);
        using (no_grad())
        {
            foreach ((ExpertTensor many, ExpertTensor one) in mixture.Classifier.Tuning.Tensors.Zip(plain.Classifier.Tuning.Tensors))
            {
                foreach (Tensor expert in many.Experts)
                {
                    expert.copy_(one.Experts[0]);
                }
            }
        }

        EncoderBatch batch = Batch(mixture);
        float[] expected = plain.Classifier.Merged(batch).ToArray();
        foreach (Routing routing in Enum.GetValues<Routing>())
        {
            Router router = new(mixture.Loaded.Config.Layers, 3, Sharing.None, routing, 2, new RandomSource(7));
            ITuning tuning = mixture.Classifier.Tuning.Bind(router.Draw(batch.Rows, batch.Length, CPU), null);
            Golden.AssertClose(expected, mixture.Classifier.Forward(batch, tuning, null).ToArray(), 2e-5, $"{routing}");
        }

        Golden.AssertClose(expected, mixture.Classifier.Merged(batch).ToArray(), 2e-5, "merged");
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.NamesWithExperts), typeof(AllMethods))]
    public void A_route_for_every_row_or_token_gives_what_whole_batches_on_these_routes_give(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = Random(method, 3, Sharing.None);
        EncoderBatch batch = Batch(model);
        int layers = model.Loaded.Config.Layers;
        float[][] fixedRoutes = [.. Enumerable.Range(0, 3).Select(expert => model.Routed(batch, [.. Enumerable.Repeat(new Route(expert, expert), layers)]).ToArray())];
        int outputs = fixedRoutes[0].Length / batch.Rows;
        foreach (int tokens in (int[])[1, batch.Length])
        {
            // Row r takes expert r mod 3 in all layers and for all its tokens.
            Tensor choice = tensor([.. Enumerable.Range(0, batch.Rows).SelectMany(row => Enumerable.Repeat((long)(row % 3), tokens))], batch.Rows, tokens);
            PerTokenExperts experts = new(Enumerable.Repeat((choice, choice), layers), 3);
            float[] actual = model.Classifier.Forward(batch, model.Classifier.Tuning.Bind(experts, null), null).ToArray();
            for (int row = 0; row < batch.Rows; row++)
            {
                Golden.AssertClose(
                    fixedRoutes[row % 3].AsSpan(row * outputs, outputs), actual.AsSpan(row * outputs, outputs), 2e-5, FormattableString.Invariant($"row {row}, {tokens} choices"));
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void Gradients_agree_with_finite_differences(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = Random(method, 1);
        AssertGradients(model, First(model));
    }

    [TestMethod]
    [DynamicData(nameof(MethodsAndSharing))]
    public void Gradients_of_experts_agree_with_finite_differences_where_every_token_has_a_route_of_its_own(string method, Sharing sharing)
    {
        using DisposeScope scope = NewDisposeScope();
        TuningMethod tuning = AllMethods.ByName[method]();
        if (tuning is BottleneckAdapters adapters)
        {
            adapters.Activation = AdapterActivation.Gelu; // ReLU has kinks, more of them the more routes there are
        }

        using ReferenceModel model = Random(tuning, 2, sharing);
        EncoderBatch batch = Batch(model);
        AssertGradients(model, new Router(model.Loaded.Config.Layers, 2, sharing, Routing.Token, 0, new RandomSource(7)).Draw(batch.Rows, batch.Length, CPU));
    }

    [TestMethod]
    public void Bitfit_trains_every_bias_and_nothing_else()
    {
        using ReferenceModel model = ReferenceModel.Tuned("bert", TuningMethod.BitFit(), MixtureOptions.None);
        string[] trained = [.. model.Classifier.Tuning.Tensors.SelectMany(tensor => tensor.Parameters).Select(parameter => parameter.Name).Order(StringComparer.Ordinal)];
        string[] biases = [.. model.Loaded.Weights.Keys.Where(name => name.EndsWith(".bias", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(biases, trained);
    }

    [TestMethod]
    public void A_pooler_that_was_trained_is_served_as_part_of_the_head()
    {
        using ReferenceModel model = ReferenceModel.Tuned("bert", TuningMethod.FullFineTuning(), MixtureOptions.None);
        ExpertTensor bias = model.Classifier.Tuning.Tensors.Single(tensor => tensor.Parameters.Single().Name == EncoderTensors.PoolerBias);
        using (no_grad())
        {
            bias.Experts[0].fill_(0.25);
        }

        MergedModel plain = new(model.Loaded, EncoderEdits.None, model.Classifier.Head.ToHost(), new TextInput(16, SpecialTokensInText: false));
        MergedModel merged = HostModel.Of(plain, model.Classifier.Tuning, new MergedExperts());
        Assert.AreEqual(0.25f, merged.Head.DenseBias.Values.Span[0]);
        Assert.IsEmpty(merged.Edits.Replaced, "a fully tuned encoder takes the pretrained one's place");
        Assert.AreNotSame(model.Loaded, merged.Encoder);
        Assert.IsFalse(merged.Encoder.Weights.ContainsKey(EncoderTensors.PoolerBias));
    }

    [TestMethod]
    [DynamicData(nameof(MethodsWithLayers))]
    public void A_layer_range_leaves_the_layers_below_it_plain(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel upper = Random(WithLayers[method](2..3), 1, Sharing.Up);
        CollectionAssert.AreEqual(new[] { 2 }, upper.Classifier.Tuning.Tensors.Select(tensor => tensor.Layer).Distinct().ToArray());
        EncoderBatch batch = Batch(upper);
        Tensor[] tuned = [.. upper.Classifier.Encoder.Layers(batch, upper.Classifier.Tuning.Bind(new MergedExperts(), null), null)];
        Tensor[] plain = [.. upper.Classifier.Encoder.Layers(batch, NoTuning.Instance, null)];
        Assert.AreEqual(2, upper.Classifier.Tuning.FrozenLayers);
        if (method != "prefix") // a prefix moves the text's positions, below its layers too
        {
            Golden.AssertClose(plain[2].ToArray(), tuned[2].ToArray(), 0, "below the range");
        }

        CollectionAssert.AreNotEqual(plain[3].ToArray(), tuned[3].ToArray());
    }

    [TestMethod]
    public void A_layer_range_outside_the_encoder_is_refused_by_name()
    {
        _ = Reference.Golden("manifest.json");
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => ReferenceModel.Tuned("roberta", new Lora { Layers = 1..7 }, MixtureOptions.None));
        StringAssert.Contains(error.Message, "Method.Layers is 1..7", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Weights_of_the_experts_are_used_in_proportion()
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = Random("adapter", 4);
        ExpertTensor down = model.Classifier.Tuning.Tensors[0];
        Golden.AssertClose(down.Experts[2].ToArray(), new MergedExperts([0, 0, 5, 0]).Select(down).ToArray(), 0, "one expert");
        Tensor mixed = (down.Experts[0].detach() * 0.25) + (down.Experts[1].detach() * 0.75);
        Golden.AssertClose(mixed.ToArray(), new MergedExperts([1, 3, 0, 0]).Select(down).ToArray(), 1e-7, "a quarter and three");
    }

    private static readonly Dictionary<string, Func<Range, TuningMethod>> WithLayers = new(StringComparer.Ordinal)
    {
        ["adapter"] = layers => new BottleneckAdapters { Bottleneck = 4, Layers = layers },
        ["houlsby"] = layers => new BottleneckAdapters { Bottleneck = 4, Placement = AdapterPlacement.Houlsby, Layers = layers },
        ["pfeiffer"] = layers => new BottleneckAdapters { Bottleneck = 4, Placement = AdapterPlacement.Pfeiffer, Layers = layers },
        ["parallel"] = layers => new BottleneckAdapters { Bottleneck = 4, Placement = AdapterPlacement.Parallel, Layers = layers },
        ["lora"] = layers => new Lora { Rank = 4, Layers = layers },
        ["ia3"] = layers => new Ia3 { Layers = layers },
        ["prefix"] = layers => new PrefixTuning { Tokens = 3, Layers = layers },
    };

    private static IEnumerable<object[]> MethodsWithLayers => WithLayers.Keys.Select(method => (object[])[method]);

    private static IEnumerable<object[]> MethodsAndSharing => AllMethods.NamesWithExperts.SelectMany(method => Enum.GetValues<Sharing>().Select(sharing => (object[])[method[0], sharing]));

    // Along a random direction every coordinate counts; along the gradient itself nothing cancels out.
    private static void AssertGradients(ReferenceModel model, IExpertSelection experts)
    {
        EncoderBatch batch = Batch(model);
        Tensor labels = tensor(new Golden("roberta", "base.safetensors").Integers("in/labels"));
        Tensor Loss() => nn.functional.cross_entropy(model.Classifier.Forward(batch, model.Classifier.Tuning.Bind(experts, null), null), labels);
        Loss().backward();
        RandomSource random = new(11);
        int felt = 0;
        foreach (TrainableParameter parameter in model.Classifier.Parameters)
        {
            float[] gradient = parameter.Value.grad?.ToArray() ?? new float[parameter.Value.numel()]; // none for an expert that nothing is routed to
            double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
            float[] signs = [.. gradient.Select(_ => random.Next(2) == 0 ? -1f : 1f)];
            AssertAlong(signs, 2e-3 / Math.Sqrt(signs.Length), 5e-3); // small: ReLU has kinks
            if (norm > 1e-3)
            {
                AssertAlong([.. gradient.Select(value => (float)(value / norm))], 5e-3, 2e-4);
                felt++;
            }

            void AssertAlong(float[] direction, double size, double slack)
            {
                float[] start = parameter.Value.ToArray();
                double along = gradient.Zip(direction, (slope, step) => (double)slope * step).Sum();
                double At(double distance)
                {
                    using IDisposable gradients = no_grad();
                    ReferenceModel.Set(parameter, [.. start.Zip(direction, (value, step) => (float)(value + (distance * step)))]);
                    return Loss().item<float>();
                }

                double numeric = (At(size) - At(-size)) / (2 * size);
                ReferenceModel.Set(parameter, start);
                Assert.AreEqual(along, numeric, slack + (0.02 * Math.Abs(along)), parameter.Name);
            }
        }

        Assert.IsGreaterThan(2, felt, "parameters with a gradient that can be measured");
    }

    private static RoutedExpert First(ReferenceModel model) => new([.. Enumerable.Repeat(new Route(0, 0), model.Loaded.Config.Layers)]);

    private static EncoderBatch Batch(ReferenceModel model) => model.Batch(new Golden("roberta", "base.safetensors"));

    private static ReferenceModel Random(string method, int experts, Sharing sharing = Sharing.Up) => Random(AllMethods.ByName[method](), experts, sharing);

    // Weights as far from their start as trained ones are, every expert elsewhere.
    private static ReferenceModel Random(TuningMethod method, int experts, Sharing sharing)
    {
        ReferenceModel model = ReferenceModel.Tuned("roberta", method, new MixtureOptions { Experts = experts, Sharing = sharing });
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(3);
        foreach (TrainableParameter parameter in model.Classifier.Tuning.Tensors.SelectMany(tensor => tensor.Parameters))
        {
            parameter.Value.add_(randn(parameter.Value.shape, generator: generator).mul_(0.1));
        }

        return model;
    }
}
