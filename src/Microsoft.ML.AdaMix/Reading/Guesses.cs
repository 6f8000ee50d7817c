namespace Microsoft.ML.AdaMix.Reading;

/// <summary>What a model says of rows without a label, and which of it is to be trained on.</summary>
internal sealed class Guesses
{
    private readonly UnlabelledRows _rows;
    private readonly Guess[] _all;

    private Guesses(UnlabelledRows rows, Guess[] all) => (_rows, _all) = (rows, all);

    /// <param name="rows">The rows.</param>
    /// <param name="logits">[rows, classes], row-major.</param>
    /// <param name="temperature">By which the logits are to be divided; null for none.</param>
    public static Guesses From(UnlabelledRows rows, float[] logits, double? temperature)
    {
        int classes = logits.Length / rows.Count;
        return new Guesses(rows, [.. Enumerable.Range(0, rows.Count).Select(row =>
            Guess.Of(row, logits.AsSpan(row * classes, classes), (float)(temperature ?? 1)))]);
    }

    /// <summary>Of each class that is said the share of rows that the model is surest of, rounded up, in the order of the rows.</summary>
    /// <param name="share">More than 0, up to 1.</param>
    public Guess[] Surest(double share) =>
    [
        .. _all.GroupBy(guess => guess.Label)
            .SelectMany(own => own.OrderByDescending(guess => guess.Probability).Take((int)Math.Ceiling(share * own.Count())))
            .OrderBy(guess => guess.Row),
    ];

    /// <summary>Rows with labels, and behind them guesses, each of which counts as much as it is sure.</summary>
    /// <param name="labelled">Rows with labels.</param>
    /// <param name="guesses">Some of these guesses.</param>
    /// <param name="classWeights">One a class, which are in the labelled rows' weights already; null where all count alike.</param>
    /// <param name="vocabularySize">One more than the highest id.</param>
    public TrainingRows Behind(TrainingRows labelled, Guess[] guesses, float[]? classWeights, int vocabularySize)
    {
        TokenTable ids = new(vocabularySize);
        for (int row = 0; row < labelled.Count; row++)
        {
            ids.Add(labelled.Ids.Row(row));
        }

        foreach (Guess guess in guesses)
        {
            ids.Add(_rows.Ids.Row(guess.Row));
        }

        IEnumerable<float> weights = guesses.Select(
            guess => guess.Probability * (_rows.Weights?[guess.Row] ?? 1) * (classWeights?[guess.Label] ?? 1));
        return new TrainingRows(
            ids, [.. labelled.Targets, .. guesses.Select(guess => (float)guess.Label)],
            [.. labelled.Weights ?? Enumerable.Repeat(1f, labelled.Count), .. weights]);
    }
}
