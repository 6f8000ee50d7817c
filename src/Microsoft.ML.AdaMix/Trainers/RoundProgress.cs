namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Passes on how far one of several trainings is.</summary>
/// <param name="listener">Hears of it.</param>
/// <param name="round">Which one, from 0.</param>
/// <param name="rounds">The last one.</param>
/// <param name="before">Time that the earlier ones took.</param>
internal sealed class RoundProgress(IProgress<TrainingProgress> listener, int round, int rounds, TimeSpan before)
    : IProgress<TrainingProgress>
{
    // A round has as many steps as the training before it, and so takes about as long.
    public void Report(TrainingProgress value) => listener.Report(value with
    {
        Round = round,
        Rounds = rounds,
        Elapsed = before + value.Elapsed,
        Remaining = value.TrainsPairs ? value.Remaining : value.Remaining + ((rounds - round) * (value.Elapsed + value.Remaining)),
    });
}
