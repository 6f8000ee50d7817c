namespace Microsoft.ML.AdaMix;

/// <summary>What a training takes where nobody chose, by the number of its rows.</summary>
/// <remarks>
/// Few rows want more passes over them, so that there are enough steps, and the more often rows are seen, the more do two passes have to
/// agree. docs/few-rows.md has the evidence.
/// </remarks>
internal static class FewRows
{
    /// <summary>Epochs, but for few rows.</summary>
    public const int UsualEpochs = 10;

    private const int LeastSteps = 480;
    private const double MostConsistency = 12;

    // The usual epochs of so many rows are the least steps.
    private const int EnoughRows = LeastSteps * AdaMixOptions.DefaultBatchSize / UsualEpochs;

    /// <summary>Epochs on so many rows; large batches do not ask for more, which would make a training dear.</summary>
    public static int Epochs(int rows, int batchSize) =>
        Math.Max(UsualEpochs, StepCount.Epochs(LeastSteps, rows, Math.Min(batchSize, AdaMixOptions.DefaultBatchSize)));

    /// <summary>Weight of the consistency on so many rows, to a tenth.</summary>
    public static double Consistency(int rows) => Math.Clamp(
        Math.Round(MixtureOptions.UsualConsistency * EnoughRows / rows, 1), MixtureOptions.UsualConsistency, MostConsistency);
}
