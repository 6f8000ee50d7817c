using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tool.SetFit;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Contrastive;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tool.Tests.SetFit;

[TestClass]
public sealed class PairGradientsTests
{
    private static readonly SentencePair[] Pairs = [new(0, 1, true), new(2, 3, false), new(1, 3, true), new(0, 2, false)];

    [TestMethod]
    public void Gradients_are_those_of_finite_differences()
    {
        LibTorch.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        using SentenceEncoder encoder = new(
            HuggingFaceFolder.Load(Path.Combine(Reference.Repository, "test", "models", "encoder")), CPU, ScalarType.Float32);
        using FlatParameters parameters = new(encoder.Parameters);
        using OperatorThreads threads = OperatorThreads.Open(CPU);
        using (Generator generator = new(3, CPU))
        {
            // As far from their start that vectors of texts differ.
            parameters.Set(parameters.Values.Plus(randn(parameters.Values.shape, generator: generator).Times(0.3)));
        }

        PairGradients gradients = new(encoder, parameters, Rows(), microBatch: null, masks: null, threads);
        using StepGradients found = gradients.Compute(Pairs);

        // Along one direction over all weights, whose slope is the gradient's norm.
        using Tensor start = parameters.Values.clone();
        Tensor direction = found.Values / found.Values.norm();
        double slope = (found.Values * direction).sum().ToDouble();
        Assert.IsGreaterThan(0.01, slope);
        const double Step = 5e-3;
        double Loss(double distance)
        {
            parameters.Set(start.Plus(direction.Times(distance)));
            using StepGradients moved = gradients.Compute(Pairs);
            return moved.Losses.ToArray()[0];
        }

        Assert.AreEqual(slope, (Loss(Step) - Loss(-Step)) / (2 * Step), 0.02 * slope);
    }

    [TestMethod]
    public void Vectors_are_of_length_one_and_do_not_depend_on_padding()
    {
        LibTorch.EnsureLoaded();
        using SentenceEncoder encoder = new(
            HuggingFaceFolder.Load(Path.Combine(Reference.Repository, "test", "models", "encoder")), CPU, ScalarType.Float32);
        using OperatorThreads threads = OperatorThreads.Open(CPU);
        float[][] together = encoder.Embed(Rows(), 4, threads, () => { });
        float[][] alone = encoder.Embed(Rows(), 1, threads, () => { });
        for (int row = 0; row < together.Length; row++)
        {
            Assert.AreEqual(1, together[row].Sum(value => value * (double)value), 1e-5);
            Assert.IsLessThan(1e-5, together[row].Zip(alone[row], (a, b) => Math.Abs(a - (double)b)).Max());
        }
    }

    [TestMethod]
    public void A_loss_is_the_squared_distance_of_the_cosine_to_its_target()
    {
        LibTorch.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        Tensor first = tensor(new[] { 1f, 0f, 0.6f, 0.8f }, 2, 2);
        Tensor second = tensor(new[] { 0f, 1f, 0f, 1f }, 2, 2);
        float[] losses = PairLoss.Of(first, second, tensor(new[] { 1f, 0f })).ToArray();
        Assert.AreEqual(1, losses[0], 1e-6);
        Assert.AreEqual(0.64, losses[1], 1e-6);
    }

    private static TokenTable Rows()
    {
        TokenTable table = new(100);
        foreach (int[] ids in (int[][])[[0, 5, 6, 7, 2], [0, 9, 2], [0, 8, 8, 5, 4, 6, 2], [0, 7, 5, 2]])
        {
            table.Add(new TokenIds(ids, 99));
        }

        return table;
    }
}
