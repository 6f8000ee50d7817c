namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>A training was cancelled, and can go on.</summary>
/// <param name="folder">Where its checkpoints are.</param>
/// <param name="step">The newest one's.</param>
/// <param name="steps">All steps.</param>
internal sealed class TrainingCanceledException(string folder, int step, int steps) : OperationCanceledException(
    $"Training was cancelled. '{folder}' has it up to step {step} of {steps}: Fit with the same options and data goes on from there.")
{
    public string Folder => folder;

    public int Step => step;

    public int Steps => steps;
}
