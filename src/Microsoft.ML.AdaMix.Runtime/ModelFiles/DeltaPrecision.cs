namespace Microsoft.ML.AdaMix;

/// <summary>How a delta file holds what tuning brought.</summary>
public enum DeltaPrecision
{
    /// <summary>
    /// Matrices of the head with 14 bits a number, of adapters, low-rank updates, prefixes and prompt with 12; all else, the encoder's own
    /// tensors where they were tuned included, exactly. Logits move by some 1e-4.
    /// </summary>
    /// <remarks>No number moves by more than 1/8191 (head) or 1/2047 of the largest in its row.</remarks>
    Compact,

    /// <summary>Everything in float32: the loaded model predicts exactly as the saved one. Twice to three times as large.</summary>
    Exact,
}
