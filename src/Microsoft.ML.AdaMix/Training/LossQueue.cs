using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Losses of steps that were not read yet: on a GPU reading one would wait for all work before it.</summary>
/// <param name="most">How many wait at most.</param>
/// <param name="what">What messages call them.</param>
internal sealed class LossQueue(int most, string what) : IDisposable
{
    private const int MostOnGpu = 16;

    private readonly List<(Tensor Losses, double LearningRate)> _waiting = [];
    private int _read;

    /// <summary>A queue for losses of a device.</summary>
    public static LossQueue For(Device device, string what = "training loss") =>
        new(device.type == DeviceType.CPU ? 1 : MostOnGpu, what);

    public bool IsFull => _waiting.Count >= most;

    /// <summary>So many steps were done before, in another run.</summary>
    public void Skip(int steps) => _read = steps;

    /// <param name="losses">float32 [2]; owned from now on.</param>
    /// <param name="learningRate">The step's, for the message where its loss is not finite.</param>
    public void Add(Tensor losses, double learningRate) => _waiting.Add((losses, learningRate));

    /// <summary>The losses and consistency terms of all steps since the last time, in their order.</summary>
    /// <exception cref="DivergedException">A loss is not finite.</exception>
    public (float Loss, float Consistency)[] Read()
    {
        if (_waiting.Count == 0)
        {
            return [];
        }

        using DisposeScope scope = NewDisposeScope();
        float[] values = stack([.. _waiting.Select(step => step.Losses)]).ToArray(); // [steps, 2]
        (float Loss, float Consistency)[] losses = new (float, float)[_waiting.Count];
        for (int step = 0; step < losses.Length; step++)
        {
            losses[step] = (values[2 * step], values[(2 * step) + 1]);
            if (!float.IsFinite(losses[step].Loss))
            {
                throw new DivergedException(
                    FormattableString.Invariant($"The {what} became {losses[step].Loss} in step {_read + step + 1} at learning rate ")
                    + FormattableString.Invariant($"{_waiting[step].LearningRate:g3}: training has diverged. ")
                    + "Lower LearningRate, or raise WarmupRatio.");
            }
        }

        _read += losses.Length;
        Dispose();
        return losses;
    }

    public void Dispose()
    {
        _waiting.ForEach(step => step.Losses.Dispose());
        _waiting.Clear();
    }
}
