using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Trainers;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Fine-tunes a pretrained RoBERTa or BERT encoder with AdaMix (Wang et al., EMNLP 2022) or one of the methods it is compared with: the encoder is frozen, small adapters
/// with several experts a layer are trained with random routes, and the experts' mean serves. Made by <c>Trainers.AdaMix</c> of <c>mlContext.MulticlassClassification</c>,
/// <c>BinaryClassification</c>, <c>Regression</c> and <c>MultiLabelClassification</c>.
/// </summary>
public sealed class AdaMixTrainer : IEstimator<AdaMixTransformer>
{
    private readonly IHost _host;
    private readonly AdaMixOptions _options;
    private readonly TextTask _task;

    internal AdaMixTrainer(IHostEnvironment environment, AdaMixOptions options, TextTask task)
    {
        OptionsValidator.Validate(options, task);
        _host = environment.Register(nameof(AdaMixTrainer));
        _options = options;
        _task = task;
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
    /// <exception cref="ArgumentException">The method's layers or the class weights do not fit encoder or label.</exception>
    /// <exception cref="InvalidOperationException">There is no row to train on, all rows have the same label, a weight is not valid, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing; the message names the package to add.</exception>
    public AdaMixTransformer Fit(IDataView input)
    {
        using TrainedMixture mixture = FitMixture(input);
        return mixture.Merge();
    }

    /// <summary>Trains as <see cref="Fit"/> does and keeps the experts apart: they can be merged in several ways, routed, or saved and merged later.</summary>
    /// <param name="input">Text (and second text) column, label, optional weights.</param>
    /// <returns>The experts; to be disposed.</returns>
    public TrainedMixture FitMixture(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new TrainingRun(_host, _options, _task, Seed).Run(input);
    }
}
