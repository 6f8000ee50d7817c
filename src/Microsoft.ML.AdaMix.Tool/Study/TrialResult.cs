namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>One line of the results file: how one way of predicting with one trained mixture did.</summary>
internal sealed record TrialResult
{
    /// <summary>The configuration's key.</summary>
    public required string Key { get; init; }

    public required InferenceMode Inference { get; init; }

    public required TrialConfiguration Configuration { get; init; }

    /// <summary>Share of test rows classified right.</summary>
    public double Accuracy { get; init; } = double.NaN;

    /// <summary>Mean over classes of each class's accuracy.</summary>
    public double MacroAccuracy { get; init; } = double.NaN;

    /// <summary>Mean cross entropy on the test rows.</summary>
    public double LogLoss { get; init; } = double.NaN;

    /// <summary>Expected calibration error of the likeliest class on the test rows, 15 bins; null in older results.</summary>
    public double? CalibrationError { get; init; }

    /// <summary>
    /// The temperature fitted on the development rows; null, and what follows too, in older results and where there are no such rows.
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>Mean cross entropy on the test rows with that temperature.</summary>
    public double? CalibratedLogLoss { get; init; }

    /// <summary>Expected calibration error on the test rows with that temperature.</summary>
    public double? CalibratedError { get; init; }

    public int TestRows { get; init; }

    /// <summary>Which of them are right, as <see cref="RightRows"/> writes it; null in older results.</summary>
    public string? Right { get; init; }

    /// <summary>What training took; null where it failed.</summary>
    public TrainingCost? Training { get; init; }

    /// <summary>How many experts were trained, where that follows from the steps too; null in older results.</summary>
    public int? Experts { get; init; }

    public double EvaluationSeconds { get; init; }

    /// <summary>How training went; where it was judged after each epoch.</summary>
    public TrainingTrace? Trace { get; init; }

    /// <summary>Why there is no result; null where there is one.</summary>
    public string? Error { get; init; }

    public DateTimeOffset Finished { get; init; }

    /// <summary>The library's version.</summary>
    public string? Version { get; init; }
}

/// <summary>How a training went.</summary>
internal sealed record TrainingTrace
{
    public required int StepsPerEpoch { get; init; }

    /// <summary>The steps, from 1; older results have only those after which progress was reported.</summary>
    public required IReadOnlyList<int> Steps { get; init; }

    /// <summary>For each of them, the mean training loss over the steps since the one before in this list.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>Accuracy on the development rows after each epoch.</summary>
    public required IReadOnlyList<double> Validation { get; init; }
}
