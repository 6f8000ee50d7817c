using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// A pass that keeps what enters each tuned layer and nothing else, and computes a layer once more when its gradient is due (gradient
/// checkpointing, Chen et al. 2016), with the same experts and the same dropout masks.
/// </summary>
/// <remarks>It costs a second forward pass.</remarks>
internal sealed class RecomputedPass
{
    private readonly EncoderDropout _dropout;
    private readonly Stack<Stage> _stages = new();

    private RecomputedPass(EncoderDropout dropout) => _dropout = dropout;

    /// <summary>What the pass ends with, a leaf: its gradient is what <see cref="Backward"/> begins with.</summary>
    public Tensor Output { get; private set; } = null!;

    /// <summary>Computes the output without gradient.</summary>
    /// <param name="model">The model.</param>
    /// <param name="below">What enters the first tuned layer if it is known, otherwise null; freed on the way.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="tuning">What computes; the same again in <see cref="Backward"/>.</param>
    /// <param name="dropout">The run's dropout.</param>
    /// <param name="finish">Computes the output from what the head reads of sequences, [S, R hidden].</param>
    public static RecomputedPass Forward(
        TunedClassifier model, Tensor? below, EncoderBatch batch, ITuning tuning, EncoderDropout dropout, Func<Tensor, Tensor> finish)
    {
        using IDisposable gradients = no_grad();
        RecomputedPass pass = new(dropout);
        FrozenEncoder encoder = model.Encoder;
        AttentionPlaces places = encoder.Places(batch, tuning);
        int frozen = model.Tuning.FrozenLayers ?? -1;
        Tensor x = below ?? pass.Next(null, _ => encoder.Embed(batch, tuning, dropout), hasGradient: frozen < 0);
        for (int layer = below is null ? 0 : frozen; layer < encoder.Config.Layers; layer++)
        {
            int index = layer;
            Tensor Compute(Tensor? input) => encoder.Layer(index, input!, places, tuning, dropout);
            x = pass.Next(x, Compute, hasGradient: layer >= frozen);
        }

        pass.Output = pass.Next(x, input => finish(input!.flatten(1)), hasGradient: true).detach().requires_grad_(true);
        return pass;
    }

    /// <summary>The gradients of all that is trained. Once.</summary>
    /// <param name="gradient">That of <see cref="Output"/>.</param>
    /// <param name="leaves">What is trained.</param>
    public Tensor?[] Backward(Tensor gradient, Tensor[] leaves)
    {
        uint end = _dropout.Dropout.Position;
        Tensor?[] sums = new Tensor?[leaves.Length];
        while (_stages.TryPop(out Stage stage))
        {
            using DisposeScope scope = NewDisposeScope();
            _dropout.Dropout.Position = stage.Position;
            bool isLowest = _stages.Count == 0;
            Tensor? input = stage.Input?.detach().requires_grad_(!isLowest);
            Tensor output = stage.Compute(input);
            Tensor?[] found = output.requires_grad ? Gradients.Of(output, isLowest ? leaves : [.. leaves, input!], gradient) : [];
            gradient.Dispose();
            stage.Input?.Dispose();
            gradient = isLowest ? gradient : found[^1]!.MoveToOuterDisposeScope();
            for (int i = 0; i < Math.Min(found.Length, leaves.Length); i++)
            {
                sums[i] = Sum(sums[i], found[i]);
            }
        }

        _dropout.Dropout.Position = end;
        return sums;
    }

    // Of the outer dispose scope; a network behind several layers has a part in each.
    private static Tensor? Sum(Tensor? sum, Tensor? found)
    {
        if (sum is null || found is null)
        {
            return sum ?? found?.MoveToOuterDisposeScope();
        }

        Tensor both = sum.Plus(found).MoveToOuterDisposeScope();
        sum.Dispose();
        return both;
    }

    // What has no gradient is not needed again.
    private Tensor Next(Tensor? input, Func<Tensor?, Tensor> compute, bool hasGradient)
    {
        if (hasGradient)
        {
            _stages.Push(new Stage(input?.alias(), compute, _dropout.Dropout.Position));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor output = compute(input);
        input?.Dispose();
        return output.MoveToOuterDisposeScope();
    }

    private readonly record struct Stage(Tensor? Input, Func<Tensor?, Tensor> Compute, uint Position);
}
