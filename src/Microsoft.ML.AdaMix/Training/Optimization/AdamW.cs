using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Optimization;

/// <summary>AdamW with decoupled weight decay, on all parameters at once.</summary>
/// <remarks>
/// A parameter that never had a gradient is skipped and its step count starts at its first use; one that had is moved every step, by
/// momentum and decay, even when the current route leaves it out (its gradient is then zero).
/// </remarks>
/// <param name="parameters">What is moved.</param>
/// <param name="settings">The constants.</param>
internal sealed class AdamW(FlatParameters parameters, AdamWSettings settings) : IDisposable
{
    private readonly Tensor _mean = zeros_like(parameters.Values).DetachFromDisposeScope(); // [n]
    private readonly Tensor _square = zeros_like(parameters.Values).DetachFromDisposeScope(); // [n]
    private readonly Tensor _owners = Owners(parameters); // int64 [n]: whose number each is
    private readonly int[] _steps = new int[parameters.Parameters.Count]; // since each one's first gradient; 0 before it

    /// <summary>The first moment, float32 [n].</summary>
    public Tensor Mean => _mean;

    /// <summary>The second moment, float32 [n].</summary>
    public Tensor Square => _square;

    /// <summary>Steps since each parameter's first gradient; 0 before it.</summary>
    public IReadOnlyList<int> Steps => _steps;

    /// <summary>Goes on from moments and steps of before; they are copied.</summary>
    public void Restore(Tensor mean, Tensor square, IReadOnlyList<int> steps)
    {
        using IDisposable gradient = no_grad();
        _mean.copy_(mean);
        _square.copy_(square);
        for (int i = 0; i < _steps.Length; i++)
        {
            _steps[i] = steps[i];
        }
    }

    /// <summary>Moves every parameter that has or had a gradient.</summary>
    /// <param name="gradients">float32 [n].</param>
    /// <param name="found">Which parameters have a gradient in this step.</param>
    /// <param name="learningRate">The step's rate.</param>
    public void Step(Tensor gradients, bool[] found, double learningRate)
    {
        using IDisposable gradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        for (int i = 0; i < _steps.Length; i++)
        {
            _steps[i] += _steps[i] > 0 || found[i] ? 1 : 0;
        }

        _mean.TimesInPlace(settings.Beta1).AddInPlace(gradients, 1 - settings.Beta1);
        _square.TimesInPlace(settings.Beta2).AddProductInPlace(gradients, gradients, 1 - settings.Beta2);
        (int least, int most) = (_steps.Min(), _steps.Max());
        if (least == most || (least > 0 && IsSettled(least)))
        {
            MoveAlike(most, learningRate);
        }
        else
        {
            MoveApart(learningRate);
        }

        parameters.Publish();
    }

    public void Dispose()
    {
        _mean.Dispose();
        _square.Dispose();
        _owners.Dispose();
    }

    private void MoveAlike(int steps, double learningRate)
    {
        if (steps == 0)
        {
            return; // nothing had a gradient yet
        }

        (double correction1, double correction2) = Corrections(steps);
        if (settings.Variant == AdamWVariant.Transformers)
        {
            Tensor denominator = _square.sqrt().AddInPlace(settings.Epsilon);
            parameters.Values.AddQuotientInPlace(_mean, denominator, -learningRate * correction2 / correction1);
            Decay();
        }
        else
        {
            Decay();
            Tensor denominator = _square.sqrt().DivideInPlace(correction2).AddInPlace(settings.Epsilon);
            parameters.Values.AddQuotientInPlace(_mean, denominator, -learningRate / correction1);
        }

        void Decay() => parameters.Values.narrow(0, 0, parameters.Decaying).TimesInPlace(1 - (learningRate * settings.WeightDecay));
    }

    // Experts are used for the first time in different steps. Where there was no gradient yet both moments are 0.
    private void MoveApart(double learningRate)
    {
        float[] rates = new float[_steps.Length];
        float[] corrections = new float[_steps.Length];
        float[] kept = new float[_steps.Length];
        for (int i = 0; i < _steps.Length; i++)
        {
            (double correction1, double correction2) = _steps[i] == 0 ? (1, 1) : Corrections(_steps[i]);
            bool transformers = settings.Variant == AdamWVariant.Transformers;
            rates[i] = (float)(-learningRate * (transformers ? correction2 : 1) / correction1);
            corrections[i] = transformers ? 1 : (float)correction2;
            kept[i] = parameters.Parameters[i].Decays && _steps[i] > 0 ? (float)(1 - (learningRate * settings.WeightDecay)) : 1;
        }

        Tensor each = tensor([.. rates, .. corrections, .. kept], 3, _steps.Length).ToDevice(parameters.Values.device)
            .index_select(1, _owners); // [3, n]
        Tensor step = _mean * each[0] / (_square.sqrt() / each[1]).AddInPlace(settings.Epsilon);
        if (settings.Variant == AdamWVariant.Transformers)
        {
            parameters.Values.AddInPlace(step, 1).mul_(each[2]);
        }
        else
        {
            parameters.Values.mul_(each[2]).AddInPlace(step, 1);
        }
    }

    private static Tensor Owners(FlatParameters parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = parameters.Values.device;
        return TensorArithmetic.Count(parameters.Sizes.Length, device)
            .repeat_interleave(tensor(parameters.Sizes).to(device), 0, parameters.Values.numel()).DetachFromDisposeScope();
    }

    // From then on both corrections are 1 in float32.
    private bool IsSettled(int steps) => Corrections(steps) is var (first, second) && (float)first == 1 && (float)second == 1;

    private (double First, double Second) Corrections(int steps) =>
        (1 - Math.Pow(settings.Beta1, steps), Math.Sqrt(1 - Math.Pow(settings.Beta2, steps)));
}
