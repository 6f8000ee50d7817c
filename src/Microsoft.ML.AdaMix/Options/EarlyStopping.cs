namespace Microsoft.ML.AdaMix;

/// <summary>Ends training when the validation metric (accuracy, R² or micro-F1) has not improved for some epochs. Needs a validation set.</summary>
public sealed class EarlyStopping
{
    /// <summary>Creates the rule.</summary>
    /// <param name="patience">Epochs without improvement before training ends, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="patience"/> is less than 1.</exception>
    public EarlyStopping(int patience)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        Patience = patience;
    }

    /// <summary>Epochs without improvement before training ends.</summary>
    public int Patience { get; }
}
