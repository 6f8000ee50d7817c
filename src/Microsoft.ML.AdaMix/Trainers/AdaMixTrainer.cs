using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Trainers;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Fine-tunes a pretrained encoder such as RoBERTa with AdaMix (Wang et al., EMNLP 2022) or one of the methods it is compared with.
/// </summary>
/// <remarks>
/// <para>
/// Made by <c>Trainers.AdaMix</c> of <c>mlContext.MulticlassClassification</c>, <c>BinaryClassification</c>, <c>Regression</c> and
/// <c>MultiLabelClassification</c>.
/// </para>
/// <para>
/// The encoder is frozen, small adapters with several experts a layer are trained with random routes, and the experts' mean serves.
/// </para>
/// <para>A trainer has nothing that changes: it may be fitted again, and from several threads.</para>
/// </remarks>
public sealed class AdaMixTrainer : IEstimator<AdaMixTransformer>
{
    private readonly IHost _host;
    private readonly TextTask _task;
    private readonly AdaMixOptions _options;
    private readonly IDataView? _validationSet;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly CancellationToken _cancellation;

    internal AdaMixTrainer(
        IHostEnvironment environment,
        TextTask task,
        AdaMixOptions options,
        IDataView? validationSet = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        OptionsValidator.Validate(options, task);
        _host = environment.Register(nameof(AdaMixTrainer));
        _task = task;
        _options = options;
        _validationSet = validationSet;
        _progress = progress;
        _cancellation = cancellation;
        Seed = options.Seed ?? HostInternals.Seed(environment) ?? 0;
    }

    internal int Seed { get; }

    /// <summary>Checks the columns and adds the outputs.</summary>
    /// <param name="inputSchema">Shape of the data to come.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => OutputSchema.Create(inputSchema, _options, _task);

    /// <summary>Trains on the rows of <paramref name="input"/>, which are read once, and merges the experts.</summary>
    /// <param name="input">Text (and second text) column, label, optional weights.</param>
    /// <returns>The merged model; it needs no libtorch.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">
    /// The method's layers or the class weights do not fit encoder or label, or early stopping or calibration is set without validation
    /// rows.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The encoder's files are damaged or do not belong together, or it cannot read pairs of texts.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There is no row to train on, a label's key is beyond its count, all rows have the same label, a weight is not valid, training
    /// diverged, the GPU that is asked for is not there, or another libtorch was loaded before.
    /// </exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing or does not fit; the message says what to do.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder that names a libtorch is not there.</exception>
    /// <exception cref="InsufficientMemoryException">
    /// There is too little memory; the message names what needs less. All that was taken is free again.
    /// </exception>
    public AdaMixTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains as <see cref="Fit(IDataView)"/> does and judges each epoch on given rows, so that the best one is kept.</summary>
    /// <param name="trainData">Text (and second text) column, label, optional weights.</param>
    /// <param name="validationData">
    /// Rows with the same columns; null for those that the trainer was made with, or for <see cref="AdaMixOptions.ValidationFraction"/>.
    /// The label may be the key that the trainer reads, or the value before <c>MapValueToKey</c>; rows whose label did not occur in
    /// training are left out.
    /// </param>
    /// <returns>The merged model; it needs no libtorch.</returns>
    public AdaMixTransformer Fit(IDataView trainData, IDataView? validationData)
    {
        using TrainedMixture mixture = FitMixture(trainData, validationData);
        return mixture.Merge();
    }

    /// <summary>
    /// Trains as <see cref="Fit(IDataView)"/> does and keeps the experts apart: they can be merged in several ways, routed, or saved and
    /// merged later.
    /// </summary>
    /// <param name="input">Text (and second text) column, label, optional weights.</param>
    /// <returns>The experts; to be disposed.</returns>
    public TrainedMixture FitMixture(IDataView input) => FitMixture(input, null);

    /// <summary>Trains as <see cref="Fit(IDataView, IDataView)"/> does and keeps the experts apart.</summary>
    /// <param name="trainData">Text (and second text) column, label, optional weights.</param>
    /// <param name="validationData">Rows on which each epoch is judged; null for those that the trainer was made with.</param>
    /// <returns>The experts; to be disposed.</returns>
    public TrainedMixture FitMixture(IDataView trainData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        IDataView? validation = validationData ?? _validationSet;
        if (_options.EarlyStoppingPatience is { } patience && validation is null && _options.ValidationFraction == 0)
        {
            throw new ArgumentException(
                $"{nameof(AdaMixOptions.EarlyStoppingPatience)} is {patience}, and there are no validation rows; "
                + $"expected a validation set, or a {nameof(AdaMixOptions.ValidationFraction)} beside it.",
                nameof(validationData));
        }

        if (_options.CalibrateProbabilities && _task != TextTask.Regression && validation is null && _options.ValidationFraction == 0)
        {
            throw new ArgumentException(
                $"{nameof(AdaMixOptions.CalibrateProbabilities)} is set, and there are no validation rows to fit the temperature on; "
                + $"expected a validation set, or a {nameof(AdaMixOptions.ValidationFraction)} beside it.",
                nameof(validationData));
        }

        return new TrainingRun(_host, _options, _task, Seed, _progress, _cancellation).Run(trainData, validation);
    }
}
