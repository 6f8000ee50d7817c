using Microsoft.ML.AdaMix.Reading;

namespace Microsoft.ML.AdaMix.Training.Tasks;

/// <summary>Finds for each label the probability from which it is predicted.</summary>
internal static class Thresholds
{
    private const float Default = 0.5f;

    /// <summary>The thresholds with the highest F1 of each label on the rows; one half where the rows do not say.</summary>
    /// <param name="logits">[rows, labels], row-major.</param>
    /// <param name="rows">Validation rows.</param>
    public static float[] Tune(float[] logits, TrainingRows rows)
    {
        int labels = rows.TargetWidth;
        return [.. Enumerable.Range(0, labels).Select(label =>
        {
            (float Probability, bool Expected)[] scored = [.. Enumerable.Range(0, rows.Count)
                .Select(row =>
                    (Probability: 1 / (1 + MathF.Exp(-logits[(row * labels) + label])), Expected: rows.Target(row)[label] > 0.5f))
                .OrderByDescending(row => row.Probability)];
            return BestOf(scored);
        })];
    }

    // Rows come by falling probability; cutting after the n-th predicts n of them.
    private static float BestOf((float Probability, bool Expected)[] scored)
    {
        int positives = scored.Count(row => row.Expected);
        if (positives == 0 || positives == scored.Length)
        {
            return Default;
        }

        double best = 0;
        float threshold = Default;
        int found = 0;
        for (int n = 1; n <= scored.Length; n++)
        {
            found += scored[n - 1].Expected ? 1 : 0;
            double f1 = 2.0 * found / (n + positives);
            bool canCut = n == scored.Length || scored[n].Probability < scored[n - 1].Probability;
            if (canCut && f1 > best)
            {
                best = f1;

                // Half-way to the next row, so that rounding does not decide.
                threshold = n == scored.Length ? scored[n - 1].Probability : (scored[n - 1].Probability + scored[n].Probability) / 2;
            }
        }

        return threshold;
    }
}
