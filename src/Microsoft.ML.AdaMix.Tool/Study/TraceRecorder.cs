namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Makes a trace of progress reports: the loss of every step, and what each epoch's end brought.</summary>
internal sealed class TraceRecorder
{
    private const int Digits = 5; // as many as a curve can show

    private readonly List<double> _losses = [];
    private readonly List<double> _validation = [];

    public TrainingProgress? Last { get; private set; }

    public void Add(TrainingProgress report)
    {
        if (report.Round != (Last?.Round ?? 0))
        {
            _losses.Clear(); // a curve is of the last round
            _validation.Clear();
        }

        Last = report;
        if (report.TrainsPairs)
        {
            return; // a curve is of the training that follows
        }

        _losses.AddRange(report.StepLosses.Select(loss => Math.Round(loss, Digits)));
        if (report.EpochEnded && report.ValidationMetric is { } metric)
        {
            _validation.Add(metric);
        }
    }

    /// <summary>The trace, or null where no epoch was judged.</summary>
    public TrainingTrace? Trace() => _validation.Count == 0 || Last is null
        ? null
        : new TrainingTrace
        {
            StepsPerEpoch = Last.Steps / Last.Epochs,
            Steps = [.. Enumerable.Range(1, _losses.Count)],
            Losses = [.. _losses],
            Validation = [.. _validation],
        };
}
