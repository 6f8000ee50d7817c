using System.Text.Json;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Tests.Training;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>
/// Networks that produce prefixes and prompts. What is served, gradients and recomputation are proven with all other methods, of which they
/// are some.
/// </summary>
[TestClass]
public sealed class ReparameterizationTests
{
    private static readonly TuningMethod[] Networks =
    [
        new PrefixTuning { Tokens = 3, Reparameterization = Reparameterization.Mlp },
        new PromptTuning { Tokens = 3, Reparameterization = Reparameterization.Mlp },
        new PromptTuning { Tokens = 3, Reparameterization = Reparameterization.Lstm },
    ];

    [TestMethod]
    public void The_prompts_LSTM_computes_what_torchs_own_does()
    {
        const int Size = 20;
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = ReferenceModel.Tuned(
            "roberta", new PromptTuning
            {
                Tokens = 7,
                Reparameterization = Reparameterization.Lstm,
                ReparameterizationSize = Size,
            }, MixtureOptions.None);
        Dictionary<string, Tensor> tensors = model.Classifier.Tuning.Tensors.SelectMany(tensor => tensor.Parameters)
            .ToDictionary(parameter => parameter.Name, parameter => parameter.Value, StringComparer.Ordinal);
        int hidden = model.Loaded.Config.HiddenSize;
        var lstm = nn.LSTM(hidden, Size, 2, batchFirst: true, bidirectional: true);
        var first = nn.Linear(2 * Size, 2 * Size);
        var last = nn.Linear(2 * Size, hidden);
        using (no_grad())
        {
            int copied = 0;
            foreach ((string prefix, nn.Module module) in new (string, nn.Module)[] {
                ("lstm_head.", lstm), ("mlp_head.0.", first), ("mlp_head.2.", last) })
            {
                foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
                {
                    parameter.copy_(tensors[$"prompt_encoder.{prefix}{name}"]);
                    copied++;
                }
            }

            Assert.AreEqual(tensors.Count - 1, copied, "all but the embeddings");
            (Tensor states, _, _) = lstm.call(tensors["prompt_encoder.embedding.weight"].unsqueeze(0));
            Tensor expected = last.call(nn.functional.relu(first.call(states))).squeeze(0);
            Golden.AssertClose(expected.ToArray(), model.Classifier.Tuning.ToHost(new MergedExperts()).Prompt!.Values.Span, 1e-5, "prompt");
        }
    }

    [TestMethod]
    public void The_gradient_of_every_tensor_of_a_network_agrees_with_finite_differences()
    {
        const double Step = 1e-2;
        foreach (TuningMethod method in Networks)
        {
            using DisposeScope scope = NewDisposeScope();
            using ReferenceModel model = ReferenceModel.Tuned("roberta", method, MixtureOptions.None);
            int layers = model.Loaded.Config.Layers;
            RoutedExpert experts = new([.. Enumerable.Repeat(new Route(0, 0), layers)]);
            using Generator generator = new(9);
            Tensor[] factors = [
                .. Enumerable.Range(0, 2 * layers).Select(_ => randn([3, model.Loaded.Config.HiddenSize], generator: generator))];
            Tensor Loss()
            {
                ITuning tuning = model.Classifier.Tuning.Bind(experts, null);
                return tuning.Prompt is { } prompt
                    ? (prompt * factors[0]).sum()
                    : Enumerable.Range(0, layers).Select(layer =>
                        ((tuning.Prefix(layer)!.Value.Keys * factors[2 * layer])
                            + (tuning.Prefix(layer)!.Value.Values * factors[(2 * layer) + 1])).sum())
                        .Aggregate((sum, part) => sum + part);
            }

            Loss().backward();
            foreach (TrainableParameter parameter in model.Classifier.Tuning.Tensors.SelectMany(tensor => tensor.Parameters))
            {
                // Uphill in every coordinate, so that none cancels another.
                float[] gradient = parameter.Value.grad!.ToArray();
                double length = Math.Sqrt(gradient.Length);
                double along = gradient.Sum(value => Math.Abs((double)value)) / length;
                float[] start = parameter.Value.ToArray();
                double At(double distance)
                {
                    using IDisposable gradients = no_grad();
                    ReferenceModel.Set(
                        parameter, [.. start.Zip(gradient, (value, slope) => (float)(value + (distance * Math.Sign(slope) / length)))]);
                    return Loss().to_type(ScalarType.Float64).item<double>();
                }

                double numeric = (At(Step) - At(-Step)) / (2 * Step);
                ReferenceModel.Set(parameter, start);
                Assert.IsGreaterThan(1e-3, along, $"{method}: {parameter.Name} has a gradient");
                Assert.AreEqual(along, numeric, 2e-3 + (0.01 * along), $"{method}: {parameter.Name}");
            }
        }
    }

    [TestMethod]
    public void The_model_holds_what_the_network_produces_and_not_the_network()
    {
        foreach (TuningMethod method in Networks)
        {
            using ReferenceModel model = ReferenceModel.Tuned("roberta", method, MixtureOptions.None);
            EncoderEdits edits = model.Classifier.Tuning.ToHost(new MergedExperts());
            int hidden = model.Loaded.Config.HiddenSize;
            HostTensor[] produced = method is PrefixTuning
                ? [.. edits.Cast<PrefixEdit>().SelectMany(prefix => (HostTensor[])[prefix.Keys, prefix.Values])]
                : [edits.Prompt!];
            Assert.HasCount(method is PrefixTuning ? 2 * model.Loaded.Config.Layers : 1, produced);
            foreach (HostTensor tensor in produced)
            {
                CollectionAssert.AreEqual(new[] { 3, hidden }, tensor.Shape);
                Assert.IsGreaterThan(0.01, Math.Sqrt(tensor.Values.ToArray().Average(value => (double)value * value)),
                    "tokens differ from nothing at the start");
            }
        }
    }

    [TestMethod]
    public void A_seed_repeats_a_training_bit_for_bit_and_the_loss_falls()
    {
        foreach (TuningMethod method in Networks)
        {
            TrainingSettings settings = TinyTraining.Settings(dropout: 0.1) with { Epochs = 30 };
            (float[] Losses, Dictionary<string, float[]> Weights) Train()
            {
                using ReferenceModel model = ReferenceModel.Tuned(
                    "roberta", method, MixtureOptions.None, outputs: TinyTraining.Outputs);
                return TinyTraining.Train(model, TinyTraining.Classes(16), settings);
            }

            (float[] losses, Dictionary<string, float[]> weights) = Train();
            (float[] repeated, Dictionary<string, float[]> again) = Train();
            CollectionAssert.AreEqual(losses, repeated);
            foreach ((string name, float[] values) in weights)
            {
                CollectionAssert.AreEqual(values, again[name], name);
            }

            Assert.IsLessThan(losses.Take(4).Average(), losses.TakeLast(4).Average(), method.Name);
        }
    }

    [TestMethod]
    public void A_saved_mixture_restores_the_network_by_its_options_and_has_a_name_for_each_tensor()
    {
        foreach (TuningMethod method in Networks)
        {
            TuningMethod read = JsonSerializer.Deserialize<TuningMethod>(JsonSerializer.Serialize(method))!;
            using ReferenceModel model = ReferenceModel.Tuned("roberta", method, MixtureOptions.None);
            using ReferenceModel restored = ReferenceModel.Tuned("roberta", read, MixtureOptions.None);
            string[] names = [.. Names(model)];
            CollectionAssert.AllItemsAreUnique(names);
            CollectionAssert.AreEqual(names, Names(restored).ToArray());
            Assert.IsGreaterThan(4, names.Length);
        }

        static IEnumerable<string> Names(ReferenceModel model) =>
            model.Classifier.Tuning.Tensors.SelectMany(tensor => tensor.Parameters).Select(parameter => parameter.Name);
    }

    [TestMethod]
    public void Options_outside_their_ranges_are_named()
    {
        foreach ((TuningMethod method, string problem) in new (TuningMethod, string)[]
        {
            (new PrefixTuning { Reparameterization = Reparameterization.Lstm }, "Method.Reparameterization is Lstm; expected None or Mlp."),
            (new PrefixTuning { ReparameterizationSize = 0 }, "Method.ReparameterizationSize is 0; expected 1 to 4096, or null."),
            (new PromptTuning { Reparameterization = (Reparameterization)3 },
                "Method.Reparameterization is 3; expected None, Mlp or Lstm."),
            (new PromptTuning { ReparameterizationSize = 5000 }, "Method.ReparameterizationSize is 5000"),
        })
        {
            ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
                () => OptionsValidator.Validate(new AdaMixOptions { Method = method }));
            StringAssert.Contains(error.Message, problem, StringComparison.Ordinal);
        }
    }
}
