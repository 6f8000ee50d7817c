using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>Gradients of every method against finite differences of the loss.</summary>
[TestClass]
public sealed class GradientTests
{
    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void Gradients_agree_with_finite_differences(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = RandomModel.Create(method, 1);
        AssertGradients(model, RandomModel.FirstExpert(model));
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.WithSharing), typeof(AllMethods))]
    public void Gradients_of_experts_agree_with_finite_differences_where_every_token_has_a_route_of_its_own(
        string method, ExpertSharing sharing)
    {
        using DisposeScope scope = NewDisposeScope();
        TuningMethod tuning = AllMethods.ByName[method]();
        if (tuning is AdapterTuning adapters)
        {
            tuning = adapters with { Activation = AdapterActivation.Gelu }; // ReLU has kinks, more of them the more routes there are
        }

        using ReferenceModel model = RandomModel.Create(tuning, 2, sharing);
        EncoderBatch batch = RandomModel.Batch(model);
        AssertGradients(model,
            new Router(model.Loaded.Config.Layers, 2, sharing, ExpertRouting.Token, 0, new RandomSource(7)).Draw(
                1, batch.Rows, batch.Length).Rows(0, batch.Rows, batch.Length, CPU));
    }

    // Along a random direction every coordinate counts; along the gradient itself nothing cancels out.
    private static void AssertGradients(ReferenceModel model, IExpertSelection experts)
    {
        EncoderBatch batch = RandomModel.Batch(model);
        Tensor labels = tensor(new Golden("roberta", "base.safetensors").Integers("in/labels"));
        Tensor Loss() =>
            nn.functional.cross_entropy(model.Classifier.Forward(batch, model.Classifier.Tuning.Bind(experts, null), null), labels);
        Loss().backward();
        RandomSource random = new(11);
        int felt = 0;
        foreach (TrainableParameter parameter in model.Classifier.Parameters)
        {
            float[] gradient = parameter.Value.grad?.ToArray()
                ?? new float[parameter.Value.numel()]; // none for an expert that nothing is routed to
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
}
