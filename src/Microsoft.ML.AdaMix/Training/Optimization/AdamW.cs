using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Optimization;

/// <summary>AdamW with decoupled weight decay.</summary>
/// <remarks>
/// A parameter that never had a gradient is skipped and its step count starts at its first use; one that had is moved every step, by
/// momentum and decay, even when the current route leaves it out (its gradient is then zero).
/// </remarks>
internal sealed class AdamW : IDisposable
{
    private readonly AdamWSettings _settings;
    private readonly State[] _states;

    public AdamW(IEnumerable<TrainableParameter> parameters, AdamWSettings settings)
    {
        _settings = settings;
        _states = [.. parameters.Select(parameter => new State(parameter))];
    }

    /// <summary>Scales all gradients so that their joint norm is at most <paramref name="maxNorm"/>.</summary>
    /// <returns>The norm before, for the log.</returns>
    public double ClipGradients(double maxNorm)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] gradients = [.. _states.Select(state => state.Parameter.grad!).Where(gradient => gradient is not null)];
        if (gradients.Length == 0)
        {
            return 0;
        }

        double norm = stack([.. gradients.Select(gradient => gradient.norm())]).norm().item<float>();
        double factor = maxNorm / (norm + 1e-6);
        if (factor < 1)
        {
            foreach (Tensor gradient in gradients)
            {
                gradient.TimesInPlace(factor);
            }
        }

        return norm;
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    public void Step(double learningRate)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (State state in _states)
        {
            if (state.Parameter.grad is { } gradient)
            {
                state.Update(gradient, learningRate, _settings);
            }
        }
    }

    /// <summary>Sets the gradients that exist to zero.</summary>
    public void ZeroGradients()
    {
        foreach (State state in _states)
        {
            state.Parameter.grad?.zero_();
        }
    }

    public void Dispose()
    {
        foreach (State state in _states)
        {
            state.Dispose();
        }
    }

    private sealed class State(TrainableParameter parameter) : IDisposable
    {
        private readonly Tensor _mean = zeros_like(parameter.Value, requires_grad: false).DetachFromDisposeScope();
        private readonly Tensor _square = zeros_like(parameter.Value, requires_grad: false).DetachFromDisposeScope();
        private int _steps;

        public Tensor Parameter => parameter.Value;

        public void Update(Tensor gradient, double learningRate, AdamWSettings settings)
        {
            _steps++;
            double decay = parameter.Decays ? learningRate * settings.WeightDecay : 0;
            double correction1 = 1 - Math.Pow(settings.Beta1, _steps);
            double correction2 = Math.Sqrt(1 - Math.Pow(settings.Beta2, _steps));
            _mean.TimesInPlace(settings.Beta1).AddInPlace(gradient, 1 - settings.Beta1);
            _square.TimesInPlace(settings.Beta2).AddProductInPlace(gradient, gradient, 1 - settings.Beta2);
            if (settings.Variant == AdamWVariant.Transformers)
            {
                Tensor denominator = _square.sqrt().AddInPlace(settings.Epsilon);
                Parameter.AddQuotientInPlace(_mean, denominator, -learningRate * correction2 / correction1);
                Parameter.TimesInPlace(1 - decay);
            }
            else
            {
                Parameter.TimesInPlace(1 - decay);
                Tensor denominator = _square.sqrt().DivideInPlace(correction2).AddInPlace(settings.Epsilon);
                Parameter.AddQuotientInPlace(_mean, denominator, -learningRate / correction1);
            }
        }

        public void Dispose()
        {
            _mean.Dispose();
            _square.Dispose();
        }
    }
}
