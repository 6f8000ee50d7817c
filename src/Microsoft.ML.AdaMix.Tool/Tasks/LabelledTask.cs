using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>
/// What is learned of a text: how labels are written in files, what the pipeline makes of them, and how predictions are judged and written.
/// The tool's models read the columns Label (as it stands in files), Text and, for pairs, Pair.
/// </summary>
internal abstract class LabelledTask
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Classes or labels by name; empty where there are none.</summary>
    public abstract IReadOnlyList<string> Classes { get; }

    /// <summary>Reads the labels of a file's rows as they stand there into what the task's other members read.</summary>
    /// <remarks>The function throws <see cref="FormatException"/> where a label is not valid at all.</remarks>
    public virtual Func<TextRow, TextRow> LabelReader(TextRows rows) => row => row with { Label = ClassLabels.Read(row.Label) };

    /// <summary>What is wrong with a row's label, so that the row cannot be learned or judged; null for nothing.</summary>
    /// <exception cref="FormatException">The label is not valid at all.</exception>
    public abstract LabelProblem? Check(TextRow row);

    /// <summary>Complains where rows cannot be judged, however good the model is.</summary>
    /// <exception cref="InvalidDataException">They cannot.</exception>
    public virtual void RequireJudgeable(TextRows rows)
    {
    }

    /// <summary>
    /// A view of rows, with or without their labels. Reading it ends with <see cref="OperationCanceledException"/> once it is cancelled.
    /// </summary>
    public abstract IDataView View(MLContext ml, TextRows rows, CancellationToken cancellation);

    /// <summary>From labels as they stand in files to what the trainer reads; null where that is the same.</summary>
    public virtual IEstimator<ITransformer>? Labels(MLContext ml) => null;

    /// <summary>How the trainer calls a class whose name in files this is.</summary>
    /// <param name="label">The name.</param>
    /// <param name="option">The option that names it, for errors.</param>
    /// <exception cref="InvalidDataException">There is no such class, and the trainer could not say so by the files' names.</exception>
    public virtual string TrainedName(string label, string option) => Blanks.Trim(label);

    /// <summary>The trainer.</summary>
    public abstract AdaMixTrainer Trainer(
        MLContext ml, AdaMixOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellation);

    /// <summary>What stands behind the trained model in the pipeline; null for nothing.</summary>
    public virtual IEstimator<ITransformer>? Tail(MLContext ml) => null;

    /// <summary>How well scored rows agree with their labels; the first metric is the one to look at.</summary>
    public abstract IReadOnlyList<Metric> Evaluate(MLContext ml, IDataView scored);

    /// <summary>How far the probabilities of scored rows can be taken at their word; null where the task has none.</summary>
    public virtual TaskCalibration? Calibration(IDataView scored) => null;

    /// <summary>Reads predictions from scored rows.</summary>
    public abstract IEnumerable<Prediction> Predictions(IDataView scored);
}

/// <summary>Why a row's label cannot be used.</summary>
internal enum LabelProblem
{
    /// <summary>The row has no label.</summary>
    Missing,

    /// <summary>The model does not know the label.</summary>
    Unknown,
}

/// <summary>One row's prediction.</summary>
/// <param name="Value">The class, the labels, or the number.</param>
/// <param name="Probability">The probability of the predicted class; null where the task has none.</param>
/// <param name="Scores">The probabilities of the task's classes or labels, in their order; empty where the task has none.</param>
internal sealed record Prediction(string Value, double? Probability, IReadOnlyList<double> Scores);
