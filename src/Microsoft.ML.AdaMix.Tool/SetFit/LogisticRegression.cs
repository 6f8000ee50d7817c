using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Microsoft.ML.AdaMix.Tool.SetFit;

/// <summary>Multinomial logistic regression with an L2 penalty, as scikit-learn defines it.</summary>
/// <param name="Weights">[features + 1, classes]; the last row has the intercepts.</param>
internal sealed record LogisticRegression(Matrix<double> Weights)
{
    private const double GradientTolerance = 1e-6;
    private const int MostIterations = 2000;
    private const int Memory = 20;

    /// <summary>
    /// Finds the least sum of losses + |w|² / (2 C), intercepts not penalised. Of two classes the weights are those of their difference,
    /// one vector, as scikit-learn has it.
    /// </summary>
    /// <param name="rows">A vector a row, all of one length.</param>
    /// <param name="classes">Of each row, from 0 to <paramref name="count"/> - 1, each one somewhere.</param>
    /// <param name="count">How many classes, two at least.</param>
    /// <param name="c">More than 0.</param>
    public static LogisticRegression Fit(IReadOnlyList<float[]> rows, IReadOnlyList<int> classes, int count, double c)
    {
        int features = rows[0].Length;
        Matrix<double> x = Matrix<double>.Build.Dense(rows.Count, features + 1, (row, feature) =>
            feature < features ? rows[row][feature] : 1);
        Matrix<double> expected = Matrix<double>.Build.Dense(rows.Count, count, (row, index) => classes[row] == index ? 1 : 0);

        // The difference of two vectors ± d/2 has |d|² = 2 · (|d/2|² + |d/2|²).
        double penalty = (count == 2 ? 2 : 1) / c;
        Matrix<double> isPenalized = Matrix<double>.Build.Dense(features + 1, count, (feature, _) => feature < features ? 1 : 0);
        Matrix<double> Shape(Vector<double> values) => Matrix<double>.Build.Dense(features + 1, count, values.ToArray());
        (double, Vector<double>) Evaluate(Vector<double> values)
        {
            Matrix<double> weights = Shape(values);
            Matrix<double> penalized = weights.PointwiseMultiply(isPenalized);
            (Matrix<double> probabilities, double loss) = Softmax(x.Multiply(weights), classes);
            Matrix<double> gradient = x.TransposeThisAndMultiply(probabilities - expected) + (penalty * penalized);
            return (
                loss + (penalty / 2 * penalized.PointwiseMultiply(penalized).Enumerate().Sum()),
                Vector<double>.Build.Dense(gradient.ToColumnMajorArray()));
        }

        LimitedMemoryBfgsMinimizer minimizer = new(GradientTolerance, 0, 0, Memory, MostIterations);
        MinimizationResult found = minimizer.FindMinimum(
            ObjectiveFunction.Gradient(Evaluate), Vector<double>.Build.Dense((features + 1) * count));
        return new LogisticRegression(Shape(found.MinimizingPoint));
    }

    /// <summary>The classes' probabilities of a row.</summary>
    public double[] Probabilities(float[] row)
    {
        Vector<double> x = Vector<double>.Build.Dense(row.Length + 1, feature => feature < row.Length ? row[feature] : 1);
        return Softmax(Weights.TransposeThisAndMultiply(x).ToRowMatrix(), null).Probabilities.Row(0).ToArray();
    }

    // Of each row of logits; with classes, the sum of the rows' losses too.
    private static (Matrix<double> Probabilities, double Loss) Softmax(Matrix<double> logits, IReadOnlyList<int>? classes)
    {
        double loss = 0;
        for (int row = 0; row < logits.RowCount; row++)
        {
            Vector<double> values = logits.Row(row);
            double most = values.Maximum();
            double own = classes is null ? 0 : values[classes[row]] - most;
            values.MapInplace(value => Math.Exp(value - most), Zeros.Include);
            double sum = values.Sum();
            loss += Math.Log(sum) - own;
            logits.SetRow(row, values / sum);
        }

        return (logits, loss);
    }
}
