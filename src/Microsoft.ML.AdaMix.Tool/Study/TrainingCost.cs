namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>What a training took.</summary>
/// <param name="Seconds">Time of Fit.</param>
/// <param name="ProcessorSeconds">
/// Processor time of Fit, over all threads; it says what a training costs on a machine that does other work too.
/// </param>
/// <param name="RowsPerSecond">Training rows a second, evaluation excluded.</param>
/// <param name="Parameters">Trained parameters: all experts, and the head.</param>
/// <param name="PeakMegabytes">Largest working set of the process meanwhile.</param>
internal sealed record TrainingCost(double Seconds, double? ProcessorSeconds, double RowsPerSecond, long Parameters, double PeakMegabytes)
{
    /// <summary>Where it ran; null in older results, whose times and memory can be compared with no others.</summary>
    public TrainingConditions? Conditions { get; init; }
}

/// <summary>Under which conditions a training took its time and memory.</summary>
/// <param name="Machine">On what.</param>
/// <param name="Run">Tells one process from another.</param>
/// <param name="Device">Where tensors were: cpu or cuda; null where it is not known.</param>
/// <param name="Precision">In what the frozen encoder multiplied; null where it is not known.</param>
/// <param name="OtherLoad">Cores that other processes kept busy meanwhile; null where it is not known.</param>
internal sealed record TrainingConditions(TrialMachine Machine, string Run, string? Device, string? Precision, double? OtherLoad)
{
    // As much as a desktop does beside its user's work.
    private const double Quiet = 0.25;

    /// <summary>The run of this process.</summary>
    public static string ThisRun { get; } = NewRun();

    /// <summary>A run that is like no other: of a training that went on in another process.</summary>
    public static string NewRun() => Fingerprint.OfText($"{Guid.NewGuid()}");

    /// <summary>Whether other processes took so much that clock times say little.</summary>
    public bool IsBusy => OtherLoad > Quiet;

    /// <summary>Whether times and memory of two trainings can be compared: one process on one machine, in one precision.</summary>
    public bool IsLike(TrainingConditions other) =>
        Machine == other.Machine && Run == other.Run && Device == other.Device && Precision == other.Precision;
}
