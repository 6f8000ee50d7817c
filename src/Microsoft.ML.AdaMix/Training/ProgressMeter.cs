using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Counts steps, rows, losses and time, and reports about once a second and after each epoch.</summary>
internal sealed class ProgressMeter(int epochs, int steps, long trainedParameters, bool keepsBestEpoch, Action<TrainingProgress> report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _total = Stopwatch.StartNew();
    private readonly Stopwatch _training = Stopwatch.StartNew();
    private readonly List<float> _losses = []; // of all steps
    private readonly List<float> _consistencyLosses = [];
    private readonly List<EpochEnd> _ended = [];
    private TimeSpan _totalBefore; // in runs from which this one goes on
    private TimeSpan _trainingBefore;
    private TimeSpan _lastReport;
    private long _rows;
    private int _epoch;
    private int _epochStart; // steps before it
    private int _reported; // steps whose losses were reported
    private double _loss; // sum of the epoch's
    private double _consistency;
    private int? _bestEpoch;

    /// <summary>Time that pairs took before the first step: it counts, and says nothing of what remains.</summary>
    public TimeSpan OfPairs { get; set; }

    /// <summary>Steps done.</summary>
    public int Step { get; private set; }

    /// <summary>Time since training began, over all runs.</summary>
    public TimeSpan Elapsed => OfPairs + OfSteps;

    /// <summary>All there is to know of the training so far.</summary>
    public TrainingHistory History => new()
    {
        Rows = _rows,
        TotalSeconds = OfSteps.TotalSeconds,
        PairSeconds = OfPairs.TotalSeconds,
        TrainingSeconds = (_trainingBefore + _training.Elapsed).TotalSeconds,
        Epochs = [.. _ended],
        Losses = [.. _losses],
        ConsistencyLosses = [.. _consistencyLosses],
    };

    /// <summary>
    /// Goes on from a history, whose epochs are reported once more, so that whoever hears the reports of this run has the whole curve.
    /// </summary>
    /// <param name="history">The history.</param>
    /// <param name="epoch">The epoch that runs after it.</param>
    public void Restore(TrainingHistory history, int epoch)
    {
        OfPairs = TimeSpan.FromSeconds(history.PairSeconds);
        _totalBefore = TimeSpan.FromSeconds(history.TotalSeconds);
        _trainingBefore = TimeSpan.FromSeconds(history.TrainingSeconds);
        _rows = history.Rows;
        int step = 0;
        foreach (EpochEnd ended in history.Epochs)
        {
            BeginEpoch(ended.Epoch);
            Take(ended.Steps);
            _ended.Add(ended);
            _bestEpoch = ended.BestEpoch;
            Report(ended.Result, epochEnded: true);
        }

        BeginEpoch(epoch);
        Take(history.Losses.Length);
        if (_reported < step)
        {
            Report(null, epochEnded: false);
        }

        void Take(int upTo)
        {
            Step = upTo;
            for (; step < upTo; step++)
            {
                Add(history.Losses[step], history.ConsistencyLosses[step]);
            }
        }
    }

    private TimeSpan OfSteps => _totalBefore + _total.Elapsed;

    public void BeginEpoch(int epoch)
    {
        _epoch = epoch;
        _epochStart = _losses.Count;
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
            Add(loss, consistency);
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

    /// <summary>Reports the steps that no report has, where an epoch did not come to its end.</summary>
    public void ReportRest()
    {
        if (_reported < _losses.Count)
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

    /// <summary>The epoch is over; its report follows with <see cref="ReportEpoch"/>.</summary>
    /// <param name="result">The evaluation, if there was one.</param>
    /// <param name="bestEpoch">The epoch of the best one so far.</param>
    public void EndEpoch(EvaluationResult? result, int? bestEpoch)
    {
        _bestEpoch = bestEpoch;
        _ended.Add(new EpochEnd(_epoch, Step, result?.Metric, result?.Loss, bestEpoch));
    }

    /// <summary>Reports the epoch that ended.</summary>
    public void ReportEpoch() => Report(_ended[^1].Result, epochEnded: true);

    /// <summary>The epoch's closing report once more, without the losses of its steps; of one that has not ended, how far it is.</summary>
    public TrainingProgress Describe(int epoch)
    {
        int index = _ended.FindIndex(ended => ended.Epoch == epoch);
        int start = index < 0 ? _epochStart : index == 0 ? 0 : _ended[index - 1].Steps;
        int end = index < 0 ? _losses.Count : _ended[index].Steps;
        return Create(epoch, end, index < 0 ? null : _ended[index].Result, index >= 0) with
        {
            Loss = Mean(_losses, start, end),
            ConsistencyLoss = Mean(_consistencyLosses, start, end),
        };
    }

    private void Add(float loss, float consistency)
    {
        _loss += loss;
        _consistency += consistency;
        _losses.Add(loss);
        _consistencyLosses.Add(consistency);
    }

    // In the order of steps, as the running sums are formed: the same bits.
    private static double Mean(List<float> losses, int start, int end)
    {
        double sum = 0;
        for (int step = start; step < end; step++)
        {
            sum += losses[step];
        }

        return sum / (end - start);
    }

    private void Report(EvaluationResult? result, bool epochEnded)
    {
        _lastReport = _total.Elapsed;
        int stepsInEpoch = _losses.Count - _epochStart;
        TrainingProgress progress = Create(_epoch, Step, result, epochEnded) with
        {
            Loss = _loss / stepsInEpoch,
            ConsistencyLoss = _consistency / stepsInEpoch,
            StepLosses = _losses[_reported..],
            StepConsistencyLosses = _consistencyLosses[_reported..],
        };
        _reported = _losses.Count;
        report(progress);
    }

    private TrainingProgress Create(int epoch, int step, EvaluationResult? result, bool epochEnded) => new()
    {
        Epoch = epoch,
        Epochs = epochs,
        Step = step,
        Steps = steps,
        EpochEnded = epochEnded,
        RowsPerSecond = _rows / Math.Max(1e-9, (_trainingBefore + _training.Elapsed).TotalSeconds),
        Elapsed = Elapsed,
        Remaining = OfSteps / Math.Max(1, step) * (steps - step),
        TrainedParameters = trainedParameters,
        ValidationMetric = result?.Metric,
        ValidationLoss = result?.Loss,
        BestEpoch = _bestEpoch,
        KeepsBestEpoch = keepsBestEpoch && _bestEpoch is not null,
    };
}
