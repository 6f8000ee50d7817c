namespace Microsoft.ML.AdaMix;

/// <summary>
/// On which rows the model is evaluated after each epoch. With a validation set the best epoch is kept, if <see cref="AdaMixOptions.KeepBestEpoch"/> does not say otherwise; without one
/// the last.
/// </summary>
public sealed class Validation
{
    private Validation()
    {
    }

    /// <summary>No validation: all rows train, the last epoch is kept. The default.</summary>
    public static Validation None { get; } = new();

    internal double HeldOut { get; private init; }

    internal IDataView? Data { get; private init; }

    /// <summary>Holds out a share of the training rows, of each class alike, drawn with the run's seed.</summary>
    /// <param name="fraction">More than 0, at most 0.5.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fraction"/> is outside its range.</exception>
    public static Validation Fraction(double fraction) => fraction is > 0 and <= 0.5
        ? new Validation { HeldOut = fraction }
        : throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The fraction of rows for validation must be more than 0 and at most 0.5.");

    /// <summary>
    /// Evaluates on given rows with the same columns as the training data. The label may be the key the trainer reads, or the value before
    /// <c>MapValueToKey</c>; rows whose label did not occur in training are left out.
    /// </summary>
    /// <param name="data">The rows.</param>
    public static Validation On(IDataView data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new Validation { Data = data };
    }
}
