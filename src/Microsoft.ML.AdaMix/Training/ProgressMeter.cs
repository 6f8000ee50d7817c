using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Counts steps, rows, losses and time, and reports about once a second and after each epoch.</summary>
internal sealed class ProgressMeter(int epochs, int steps, long trainedParameters, bool keepsBestEpoch, Action<TrainingProgress> report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _total = Stopwatch.StartNew();
    private readonly Stopwatch _training = Stopwatch.StartNew();
    private readonly List<float> _stepLosses = []; // since the last report
    private readonly List<float> _stepConsistencyLosses = [];
    private TimeSpan _lastReport;
    private long _rows;
    private int _epoch;
    private int _stepsInEpoch;
    private double _loss;
    private double _consistency;
    private int? _bestEpoch;

    /// <summary>Steps done.</summary>
    public int Step { get; private set; }

    public void BeginEpoch(int epoch)
    {
        _epoch = epoch;
        _stepsInEpoch = 0;
        _loss = 0;
        _consistency = 0;
    }

    /// <summary>A step is done.</summary>
    public void Add(int rows)
    {
        Step++;
        _rows += rows;
    }

    /// <summary>Whether it is time for a report.</summary>
    public bool IsDue => _total.Elapsed - _lastReport >= Interval;

    /// <summary>The losses of the next steps, in their order.</summary>
    public void Add(IEnumerable<(float Loss, float Consistency)> steps)
    {
        foreach ((float loss, float consistency) in steps)
        {
            _stepsInEpoch++;
            _loss += loss;
            _consistency += consistency;
            _stepLosses.Add(loss);
            _stepConsistencyLosses.Add(consistency);
        }
    }

    /// <summary>Reports within an epoch if it is time.</summary>
    public void ReportIfDue()
    {
        if (IsDue)
        {
            Report(null, epochEnded: false);
        }
    }

    /// <summary>Runs something that does not count as training time.</summary>
    public T Pause<T>(Func<T> work)
    {
        _training.Stop();
        T result = work();
        _training.Start();
        return result;
    }

    /// <param name="result">The evaluation, if there was one.</param>
    /// <param name="bestEpoch">The epoch of the best one so far.</param>
    /// <returns>What was reported.</returns>
    public TrainingProgress EndEpoch(EvaluationResult? result, int? bestEpoch)
    {
        _bestEpoch = bestEpoch;
        return Report(result, epochEnded: true);
    }

    private TrainingProgress Report(EvaluationResult? result, bool epochEnded)
    {
        _lastReport = _total.Elapsed;
        TrainingProgress progress = new()
        {
            Epoch = _epoch,
            Epochs = epochs,
            Step = Step,
            Steps = steps,
            EpochEnded = epochEnded,
            Loss = _loss / _stepsInEpoch,
            ConsistencyLoss = _consistency / _stepsInEpoch,
            StepLosses = [.. _stepLosses],
            StepConsistencyLosses = [.. _stepConsistencyLosses],
            RowsPerSecond = _rows / Math.Max(1e-9, _training.Elapsed.TotalSeconds),
            Elapsed = _lastReport,
            Remaining = _lastReport / Step * (steps - Step),
            TrainedParameters = trainedParameters,
            ValidationMetric = result?.Metric,
            ValidationLoss = result?.Loss,
            BestEpoch = _bestEpoch,
            KeepsBestEpoch = keepsBestEpoch && _bestEpoch is not null,
        };
        report(progress);
        _stepLosses.Clear();
        _stepConsistencyLosses.Clear();
        return progress;
    }
}
