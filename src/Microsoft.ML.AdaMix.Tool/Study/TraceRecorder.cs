namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Makes a trace of progress reports. A report has the mean loss over the epoch so far; the differences of its sums give the mean loss between two reports.
/// </summary>
internal sealed class TraceRecorder
{
    private readonly List<int> _steps = [];
    private readonly List<double> _losses = [];
    private readonly List<double> _validation = [];
    private int _epoch;
    private int _stepBefore;
    private int _epochStart;
    private double _sumBefore; // of the losses since the epoch's start

    public TrainingProgress? Last { get; private set; }

    public void Add(TrainingProgress report)
    {
        Last = report;
        if (report.Epoch != _epoch)
        {
            _epoch = report.Epoch;
            _epochStart = _stepBefore;
            _sumBefore = 0;
        }

        if (report.Step > _stepBefore)
        {
            double sum = report.Loss * (report.Step - _epochStart);
            _steps.Add(report.Step);
            _losses.Add((sum - _sumBefore) / (report.Step - _stepBefore));
            _sumBefore = sum;
            _stepBefore = report.Step;
        }

        if (report.EpochEnded && report.ValidationMetric is { } metric)
        {
            _validation.Add(metric);
        }
    }

    /// <summary>The trace, or null where no epoch was judged.</summary>
    public TrainingTrace? Trace() => _validation.Count == 0 || Last is null
        ? null
        : new TrainingTrace { StepsPerEpoch = Last.Steps / Last.Epochs, Steps = [.. _steps], Losses = [.. _losses], Validation = [.. _validation] };
}
