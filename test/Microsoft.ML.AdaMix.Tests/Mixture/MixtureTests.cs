using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Mixture;

[TestClass]
public sealed class MixtureTests
{
    [TestMethod]
    [DynamicData(nameof(AllMethods.WithSharing), typeof(AllMethods))]
    public void A_merged_mixture_is_the_plain_method_with_the_mean_of_the_experts_weights(string method, ExpertSharing sharing)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel mixture = RandomModel.Create(method, 4, sharing);
        using ReferenceModel plain = RandomModel.Create(method, 1);
        using (no_grad())
        {
            foreach ((ExpertTensor many, ExpertTensor one) in mixture.Classifier.Tuning.Tensors.Zip(plain.Classifier.Tuning.Tensors))
            {
                one.Experts[0].copy_(stack([.. many.Experts]).mean([0]));
            }
        }

        EncoderBatch batch = RandomModel.Batch(mixture);
        float[] merged = mixture.Classifier.Merged(batch).ToArray();
        Golden.AssertClose(plain.Classifier.Forward(batch, plain.Classifier.Tuning.Bind(RandomModel.FirstExpert(plain), null), null)
            .ToArray(), merged, 2e-5, "merged");
        if (mixture.Classifier.Tuning.Tensors.Any(tensor => !tensor.IsShared))
        {
            float[] one = mixture.Routed(batch, [.. Enumerable.Repeat(new Route(0, 0), mixture.Loaded.Config.Layers)]).ToArray();
            Assert.IsGreaterThan(1e-3, one.Zip(merged, (a, b) => Math.Abs(a - b)).Max(), "one expert is something else");
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.WithSharing), typeof(AllMethods))]
    public void A_mixture_of_one_expert_is_the_plain_method_whatever_it_shares_and_however_it_is_routed(
        string method, ExpertSharing sharing)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel plain = RandomModel.Create(method, 1);
        using ReferenceModel one = RandomModel.Create(method, 1, sharing);
        EncoderBatch batch = RandomModel.Batch(plain);
        float[] expected = plain.Classifier.Forward(batch, plain.Classifier.Tuning.Bind(RandomModel.FirstExpert(plain), null), null)
            .ToArray();
        foreach (ExpertRouting routing in Enum.GetValues<ExpertRouting>())
        {
            Router router = new(one.Loaded.Config.Layers, 1, sharing, routing, 0, new RandomSource(7));
            Golden.AssertClose(expected,
                one.Classifier.Forward(batch, one.Classifier.Tuning.Bind(Draw(router, batch), null), null).ToArray(),
                2e-5, $"{routing}");
        }

        Golden.AssertClose(expected, one.Classifier.Merged(batch).ToArray(), 0, "merged");
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.NamesWithExperts), typeof(AllMethods))]
    public void A_mixture_whose_experts_are_alike_is_the_plain_method_on_every_route(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel mixture = RandomModel.Create(method, 3, ExpertSharing.None);
        using ReferenceModel plain = RandomModel.Create(method, 1);
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

        EncoderBatch batch = RandomModel.Batch(mixture);
        float[] expected = plain.Classifier.Merged(batch).ToArray();
        foreach (ExpertRouting routing in Enum.GetValues<ExpertRouting>())
        {
            Router router = new(mixture.Loaded.Config.Layers, 3, ExpertSharing.None, routing, 2, new RandomSource(7));
            ITuning tuning = mixture.Classifier.Tuning.Bind(Draw(router, batch), null);
            Golden.AssertClose(expected, mixture.Classifier.Forward(batch, tuning, null).ToArray(), 2e-5, $"{routing}");
        }

        Golden.AssertClose(expected, mixture.Classifier.Merged(batch).ToArray(), 2e-5, "merged");
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.NamesWithExperts), typeof(AllMethods))]
    public void A_route_for_every_row_or_token_gives_what_whole_batches_on_these_routes_give(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = RandomModel.Create(method, 3, ExpertSharing.None);
        EncoderBatch batch = RandomModel.Batch(model);
        int layers = model.Loaded.Config.Layers;
        float[][] fixedRoutes = [.. Enumerable.Range(0, 3).Select(
            expert => model.Routed(batch, [.. Enumerable.Repeat(new Route(expert, expert), layers)]).ToArray())];
        int outputs = fixedRoutes[0].Length / batch.Rows;
        foreach (int tokens in (int[])[1, batch.Length])
        {
            // Row r takes expert r mod 3 in all layers and for all its tokens.
            Tensor choice = tensor(
                [.. Enumerable.Range(0, batch.Rows).SelectMany(row => Enumerable.Repeat((long)(row % 3), tokens))], batch.Rows, tokens);
            PerTokenExperts experts = new(choice.expand(2 * layers, batch.Rows, tokens), 3);
            float[] actual = model.Classifier.Forward(batch, model.Classifier.Tuning.Bind(experts, null), null).ToArray();
            for (int row = 0; row < batch.Rows; row++)
            {
                Golden.AssertClose(
                    fixedRoutes[row % 3].AsSpan(row * outputs, outputs), actual.AsSpan(row * outputs, outputs), 2e-5,
                    FormattableString.Invariant($"row {row}, {tokens} choices"));
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.NamesWithExperts), typeof(AllMethods))]
    public void Two_passes_as_one_batch_give_what_each_gives_alone_whatever_their_experts(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (ExpertSharing sharing in (ExpertSharing[])[ExpertSharing.None, ExpertSharing.Up])
        {
            using ReferenceModel model = RandomModel.Create(method, 3, sharing);
            EncoderBatch batch = RandomModel.Batch(model);
            EncoderBatch twice = new(
                Twice(batch.Ids), Twice(batch.Positions), Twice(batch.Types), batch.Bias is null ? null : Twice(batch.Bias));
            foreach (ExpertRouting routing in Enum.GetValues<ExpertRouting>())
            {
                // The same draws: of both passes at once, and of one after the other.
                Router Router() => new(model.Loaded.Config.Layers, 3, sharing, routing, 1, new RandomSource(7));
                Router one = Router();
                float[] Pass() => model.Classifier.Forward(batch, model.Classifier.Tuning.Bind(Draw(one, batch), null), null).ToArray();
                float[] expected = [.. Pass(), .. Pass()];
                IExpertSelection both = Router().Draw(2, batch.Rows, batch.Length).Rows(0, batch.Rows, batch.Length, CPU);
                float[] actual = model.Classifier.Forward(twice, model.Classifier.Tuning.Bind(both, null), null).ToArray();
                Golden.AssertClose(expected, actual, 2e-5, $"{sharing} {routing}");
            }
        }

        static Tensor Twice(Tensor rows) => cat([rows, rows], 0);
    }

    [TestMethod]
    public void Bitfit_trains_every_bias_and_nothing_else()
    {
        using ReferenceModel model = ReferenceModel.Tuned("bert", new BitFitTuning(), MixtureOptions.None);
        string[] trained = [.. model.Classifier.Tuning.Tensors.SelectMany(tensor => tensor.Parameters).Select(parameter => parameter.Name)
            .Order(StringComparer.Ordinal)];
        string[] biases = [
            .. model.Loaded.Weights.Keys.Where(name => name.EndsWith(".bias", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(biases, trained);
    }

    [TestMethod]
    public void A_pooler_that_was_trained_is_served_as_part_of_the_head()
    {
        using ReferenceModel model = ReferenceModel.Tuned("bert", new FullFineTuning(), MixtureOptions.None);
        ExpertTensor bias = model.Classifier.Tuning.Tensors.Single(tensor => tensor.Parameters.Single().Name == EncoderTensors.PoolerBias);
        using (no_grad())
        {
            bias.Experts[0].fill_(0.25);
        }

        TunedModel plain = new(
            model.Loaded, EncoderEdits.None, model.Classifier.Head.ToHost(), new TextInput(16, SpecialTokensInText: false));
        TunedModel merged = ModelMerger.Merge(plain, model.Classifier.Tuning, new MergedExperts());
        Assert.AreEqual(0.25f, merged.Head.DenseBias.Values.Span[0]);
        Assert.IsEmpty(merged.Edits, "a fully tuned encoder takes the pretrained one's place");
        Assert.AreNotSame(model.Loaded, merged.Encoder);
        Assert.IsFalse(merged.Encoder.Weights.ContainsKey(EncoderTensors.PoolerBias));
    }

    [TestMethod]
    public void Weights_of_the_experts_are_used_in_proportion()
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = RandomModel.Create("adapter", 4);
        ExpertTensor down = model.Classifier.Tuning.Tensors[0];
        Golden.AssertClose(down.Experts[2].ToArray(), new MergedExperts([0, 0, 5, 0]).Select(down).ToArray(), 0, "one expert");
        Tensor mixed = (down.Experts[0].detach() * 0.25) + (down.Experts[1].detach() * 0.75);
        Golden.AssertClose(mixed.ToArray(), new MergedExperts([1, 3, 0, 0]).Select(down).ToArray(), 1e-7, "a quarter and three");
    }

    private static IExpertSelection Draw(Router router, EncoderBatch batch) =>
        router.Draw(1, batch.Rows, batch.Length).Rows(0, batch.Rows, batch.Length, CPU);
}
