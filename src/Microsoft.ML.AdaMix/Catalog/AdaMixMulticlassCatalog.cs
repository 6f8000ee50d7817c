using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Catalog;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML;

/// <summary>Adds AdaMix to <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
public static class AdaMixMulticlassCatalog
{
    /// <summary>Fine-tunes the embedded encoder, or a given one, as a multiclass text classifier.</summary>
    /// <param name="catalog"><c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="labelColumnName">Label: a key, as <c>MapValueToKey</c> gives.</param>
    /// <param name="textColumnName">Text.</param>
    /// <param name="secondTextColumnName">Second text of pairs, or null.</param>
    /// <param name="encoder">The pretrained encoder; null for <see cref="PretrainedEncoder.RobertaMini"/>.</param>
    /// <param name="epochs">Passes over the data, see <see cref="AdaMixOptions.Epochs"/>.</param>
    /// <param name="batchSize">Rows a step, see <see cref="AdaMixOptions.BatchSize"/>.</param>
    /// <param name="validationSet">Rows on which each epoch is judged, so that the best one is kept; null for none.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public static AdaMixTrainer AdaMix(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string textColumnName = "Text",
        string? secondTextColumnName = null,
        PretrainedEncoder? encoder = null,
        int? epochs = null,
        int batchSize = AdaMixOptions.DefaultBatchSize,
        IDataView? validationSet = null) =>
        catalog.AdaMix(
            TrainerFactory.CreateOptions(labelColumnName, textColumnName, secondTextColumnName, encoder, epochs, batchSize), validationSet);

    /// <summary>Fine-tunes a pretrained encoder as a multiclass text classifier, with everything that can be set.</summary>
    /// <param name="catalog"><c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="options">The options; checked here, all problems reported at once.</param>
    /// <param name="validationSet">
    /// Rows on which each epoch is judged, with the columns of the training data, so that the best epoch is kept; null for none, or for
    /// those of <see cref="AdaMixOptions.ValidationFraction"/>.
    /// </param>
    /// <param name="progress">
    /// Hears of the training, about once a second and after each epoch, on the training thread; null for nobody.
    /// </param>
    /// <param name="cancellationToken">
    /// Stops training; Fit then throws <see cref="OperationCanceledException"/> and leaves nothing behind.
    /// </param>
    /// <exception cref="ArgumentException">One or more options are out of range.</exception>
    public static AdaMixTrainer AdaMix(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        AdaMixOptions options,
        IDataView? validationSet = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        TrainerFactory.Create(catalog, TextTask.Multiclass, options, validationSet, progress, cancellationToken);
}
