using System.Numerics.Tensors;

namespace Microsoft.ML.AdaMix.Metrics;

/// <summary>What a model says of rows that have one of several classes, and the class that each has.</summary>
/// <param name="Logits">[rows, classes], row-major; logarithms of probabilities are logits too.</param>
/// <param name="Labels">[rows], from 0.</param>
internal sealed record ClassPredictions(float[] Logits, int[] Labels)
{
    // For probabilities that float32 has as 0.
    private const float Smallest = 1e-37f;

    /// <param name="rows">Of each row the probabilities of all classes, and its class from 0.</param>
    public static ClassPredictions FromProbabilities(IReadOnlyCollection<(float[] Probabilities, int Label)> rows) => new(
        [.. rows.SelectMany(row => row.Probabilities).Select(probability => MathF.Log(Math.Max(probability, Smallest)))],
        [.. rows.Select(row => row.Label)]);

    /// <summary>The temperature with which the log loss of these rows is smallest.</summary>
    public double FitTemperature() => TemperatureSearch.Find(inverse => Rows.Average(row =>
    {
        double[] probabilities = Probabilities(row, 1 / inverse);
        double expected = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            expected += probabilities[i] * LogitsOf(row)[i];
        }

        return expected - LogitsOf(row)[Labels[row]];
    }));

    /// <summary>Mean cross entropy, natural logarithm.</summary>
    /// <param name="temperature">By which logits are divided.</param>
    public double LogLoss(double temperature = 1) => Rows.Average(row =>
    {
        double[] exponents = Exponents(row, temperature);
        return Math.Log(exponents.Sum(Math.Exp)) - exponents[Labels[row]];
    });

    /// <summary>Mean over rows of the squared distance of the probabilities from 1 for the class and 0 for others; 0 to 2.</summary>
    public double BrierScore() => Rows.Average(row =>
    {
        double[] probabilities = Probabilities(row, 1);
        return 1 - (2 * probabilities[Labels[row]]) + TensorPrimitives.SumOfSquares<double>(probabilities);
    });

    /// <summary>How often the likeliest class is right, by its probability.</summary>
    /// <param name="temperature">By which logits are divided.</param>
    public ReliabilityCurve Reliability(double temperature = 1) => new(Rows.Select(row =>
    {
        int likeliest = TensorPrimitives.IndexOfMax(LogitsOf(row));
        return (Probabilities(row, temperature)[likeliest], likeliest == Labels[row]);
    }));

    private IEnumerable<int> Rows => Enumerable.Range(0, Labels.Length);

    private ReadOnlySpan<float> LogitsOf(int row)
    {
        int classes = Logits.Length / Labels.Length;
        return Logits.AsSpan(row * classes, classes);
    }

    private double[] Probabilities(int row, double temperature)
    {
        double[] values = [.. Exponents(row, temperature).Select(Math.Exp)];
        TensorPrimitives.Divide(values, values.Sum(), values);
        return values;
    }

    // The highest is 0.
    private double[] Exponents(int row, double temperature)
    {
        ReadOnlySpan<float> logits = LogitsOf(row);
        double highest = TensorPrimitives.Max(logits);
        double[] values = new double[logits.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (logits[i] - highest) / temperature;
        }

        return values;
    }
}
