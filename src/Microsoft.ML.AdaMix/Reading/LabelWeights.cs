using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Weights of classes or labels as numbers.</summary>
internal static class LabelWeights
{
    private const double Largest = 100;

    /// <summary>One weight a class or label; null if all count alike.</summary>
    /// <param name="weights">What the options say.</param>
    /// <param name="task">Classification of any kind.</param>
    /// <param name="labels">The classes or labels.</param>
    /// <param name="targets">The training targets, [rows x width].</param>
    /// <exception cref="ArgumentException">A given weight names no class.</exception>
    public static float[]? Compute(ClassWeights weights, TextTask task, LabelKeys labels, ReadOnlySpan<float> targets)
    {
        if (weights.IsBalanced)
        {
            return Balanced(task, labels.Count, targets);
        }

        if (weights.Given is not { } given)
        {
            return null;
        }

        string[] names = ClassNames.Of(task, labels);
        string[] unknown = [.. given.Keys.Except(names, StringComparer.Ordinal)];
        return unknown.Length == 0
            ? [.. names.Select(name => (float)given.GetValueOrDefault(name, 1))]
            : throw new ArgumentException(
                $"ClassWeights names {string.Join(", ", unknown.Select(name => $"'{name}'"))}; "
                + $"the classes are {string.Join(", ", names.Select(name => $"'{name}'"))}.");
    }

    /// <summary>Each row's weight times its class's.</summary>
    public static float[] Apply(float[]? rowWeights, float[] classWeights, ReadOnlySpan<float> targets)
    {
        float[] weights = new float[targets.Length];
        for (int row = 0; row < weights.Length; row++)
        {
            weights[row] = classWeights[(int)targets[row]] * (rowWeights?[row] ?? 1);
        }

        return weights;
    }

    private static float[] Balanced(TextTask task, int count, ReadOnlySpan<float> targets)
    {
        int[] occurrences = new int[count];
        for (int i = 0; i < targets.Length; i++)
        {
            if (task != TextTask.MultiLabel)
            {
                occurrences[(int)targets[i]]++;
            }
            else if (targets[i] > 0.5f)
            {
                occurrences[i % count]++;
            }
        }

        // A class that does not occur has no row to weigh.
        double rows = task == TextTask.MultiLabel ? targets.Length / count : targets.Length;
        return Array.ConvertAll(occurrences, found => (float)Math.Min(Largest, found == 0 ? 1 : rows / ((double)count * found)));
    }
}
