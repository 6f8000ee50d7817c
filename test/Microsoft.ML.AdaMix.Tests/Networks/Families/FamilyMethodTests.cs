using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Microsoft.ML.AdaMix.Tests.Networks.Families;

/// <summary>Every method with its experts in every family.</summary>
[TestClass]
public sealed class FamilyMethodTests
{
    private static IEnumerable<object[]> Families => Golden.FamilyFolders.Select(family => (object[])[family]);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Families))]
    public void ONNX_Runtime_gives_the_logits_of_training_for_the_merged_experts_of_every_method(string family)
    {
        double float32 = 0;
        double int8 = 0;
        foreach ((string name, ReferenceModel model) in Fitting(family))
        {
            using (model)
            using (NewDisposeScope())
            {
                Golden golden = new(family, "base.safetensors");
                MergedExperts merged = new();
                float[] expected = model.Classifier.Forward(
                    model.Batch(golden), model.Classifier.Tuning.Bind(merged, null), null).detach().ToArray();
                int taken = model.Classifier.Tuning.ToHost(merged).PositionsTaken;
                TunedModel plain = new(
                    model.Loaded, EncoderEdits.None, model.Classifier.Head.ToHost(),
                    new TextInput(model.Loaded.Config.MaxSequenceLength - taken, SpecialTokensInText: true));
                TunedModel served = ModelMerger.Merge(plain, model.Classifier.Tuning, merged);
                TokenIds[] rows = Rows(golden);
                float32 = Math.Max(
                    float32, Golden.AssertClose(expected, Score(served, rows, ServingPrecision.Float32), 1e-4, $"{family}, {name}"));
                float[] bytes = Score(served, rows, ServingPrecision.Int8);
                double distance = TensorPrimitives.Distance<float>(expected, bytes) / TensorPrimitives.Norm<float>(expected);
                Assert.IsLessThan(0.25, distance, $"{family}, {name}: relative difference of int8");
                int8 = Math.Max(int8, distance);
            }
        }

        TestContext.WriteLine($"{family}: largest difference of float32 {float32:g2}, relative of int8 {int8:g2}");
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Both_passes_as_one_batch_are_the_passes_alone(string family)
    {
        foreach ((string name, ReferenceModel model) in Fitting(family).Where(fitting => fitting.Model.Mixture.ExpertCount > 1))
        {
            using (model)
            using (NewDisposeScope())
            using (no_grad())
            {
                Golden golden = new(family, "base.safetensors");
                int layers = model.Loaded.Config.Layers;
                Route[] first = [.. Enumerable.Range(0, layers).Select(layer => new Route(layer % 2, 0))];
                Route[] second = [.. Enumerable.Range(0, layers).Select(layer => new Route(1 - (layer % 2), 0))];
                EncoderBatch batch = model.Batch(golden);
                float[] alone =
                [
                    .. model.Routed(batch, first).ToArray(), .. model.Routed(batch, second).ToArray(),
                ];
                EncoderBatch twice = new(
                    cat([batch.Ids, batch.Ids], 0), cat([batch.Positions, batch.Positions], 0), cat([batch.Types, batch.Types], 0),
                    cat([batch.Bias!, batch.Bias!], 0));
                TunedClassifier classifier = model.Classifier;
                Tensor both = classifier.Forward(
                    twice, classifier.Tuning.Bind(new RoutedPasses(first, second, batch.Rows), null), null);
                Golden.AssertClose(alone, both.ToArray(), 1e-5, $"{family}, {name}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void In_bfloat16_alone_logits_are_nearly_those_of_float32(string family)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        Golden golden = new(family, "base.safetensors");
        using ReferenceModel model = ReferenceModel.Tuned(
            family, new LoraTuning { Rank = 4 }, MixtureOptions.None, ModelPlace.All(ScalarType.BFloat16));
        ITuning tuning = model.Classifier.Tuning.Bind(new MergedExperts(), null);
        float[] expected = golden.Floats("out/logits");
        float[] found = model.Classifier.Forward(model.Batch(golden), tuning, null).to_type(ScalarType.Float32).ToArray();
        Assert.IsLessThan(0.1, TensorPrimitives.Distance<float>(expected, found) / TensorPrimitives.Norm<float>(expected), family);
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Layers_that_are_computed_once_give_the_same_logits(string family)
    {
        using ReferenceModel model = ReferenceModel.Plain(family);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        EncoderBatch batch = model.Batch(new Golden(family, "base.safetensors"));
        FrozenEncoder encoder = model.Classifier.Encoder;
        float[] expected = encoder.Forward(batch, NoTuning.Instance, null).ToArray();
        for (int layer = 0; layer <= encoder.Config.Layers; layer++)
        {
            Tensor below = encoder.Below(batch, NoTuning.Instance, layer);
            Golden.AssertClose(
                expected, encoder.Above(below, layer, batch, NoTuning.Instance, null).ToArray(), 1e-5, $"{family}, layer {layer}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void A_recomputed_pass_has_the_gradients_of_one_that_is_kept(string family)
    {
        using ReferenceModel model = ReferenceModel.Tuned(family, new FullFineTuning(), MixtureOptions.None);
        using DisposeScope scope = NewDisposeScope();
        EncoderBatch batch = model.Batch(new Golden(family, "base.safetensors"));
        ITuning tuning = model.Classifier.Tuning.Bind(new MergedExperts(), null);
        using Dropout masks = new([.. Enumerable.Range(0, batch.Rows).Select(row => new DropoutKey((uint)row, 7))], CPU);
        EncoderDropout dropout = new(masks, 0, 0);
        Tensor[] leaves = [.. model.Classifier.Parameters.Select(parameter => parameter.Value)];
        Tensor logits = model.Classifier.Forward(batch, tuning, dropout);
        Tensor gradient = ones_like(logits);
        Tensor?[] kept = Gradients.Of(logits, leaves, gradient);
        RecomputedPass pass = RecomputedPass.Forward(
            model.Classifier, null, batch, tuning, dropout, read => model.Classifier.Classify(read, tuning, masks, null));
        Tensor?[] recomputed = pass.Backward(ones_like(logits), leaves);
        for (int i = 0; i < leaves.Length; i++)
        {
            Assert.IsNotNull(kept[i]);
            Golden.AssertClose(kept[i]!.ToArray(), recomputed[i]!.ToArray(), 1e-4, $"{family}, gradient {i}");
        }
    }

    // Those that make sense in the family, with three experts where a method takes them, as far from their start as trained ones.
    private static IEnumerable<(string Name, ReferenceModel Model)> Fitting(string family)
    {
        EncoderConfig config = Checkpoints.HuggingFaceFolder.ReadConfig(Reference.Golden(family));
        foreach ((string name, Func<TuningMethod> create) in AllMethods.ByName)
        {
            TuningMethod method = create();
            if (method.MisfitOf(config) is null)
            {
                yield return (name, RandomModel.Create(
                    method, new MixtureOptions { Experts = method.SupportsMixture ? 3 : 1 }, distance: 0.05, family));
            }
        }
    }

    private static float[] Score(TunedModel model, TokenIds[] rows, ServingPrecision precision)
    {
        using IModelSession session = ModelSessions.Open(model, precision);
        float[] logits = new float[rows.Length * session.Outputs];
        session.Score(rows, logits, []);
        return logits;
    }

    private static TokenIds[] Rows(Golden golden)
    {
        int length = golden.Shape("in/input_ids")[1];
        long[] types = golden.Has("in/token_type_ids") ? golden.Integers("in/token_type_ids") : [];
        long[][] ids = [.. golden.Integers("in/input_ids").Chunk(length)];
        return [.. golden.Integers("in/attention_mask").Chunk(length).Select((mask, row) =>
        {
            int tokens = (int)mask.Sum();
            int second = types.Length == 0 ? -1 : Array.IndexOf(types, 1L, row * length, tokens) - (row * length);
            return new TokenIds([.. ids[row][..tokens].Select(id => (int)id)], second < 0 ? tokens : second);
        })];
    }
}
