using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Catalog;

/// <summary>Makes trainers for the catalogs.</summary>
internal static class TrainerFactory
{
    public static AdaMixOptions CreateOptions(
        string label, string text, string? secondText, PretrainedEncoder? encoder, int? epochs, int batchSize) => new()
        {
            LabelColumnName = label,
            TextColumnName = text,
            SecondTextColumnName = secondText,
            Encoder = encoder ?? PretrainedEncoder.RobertaMini,
            Epochs = epochs,
            BatchSize = batchSize,
        };

    public static AdaMixTrainer Create(
        object catalog,
        TextTask task,
        AdaMixOptions options,
        IDataView? validationSet,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        IHostEnvironment environment = catalog is MultiLabelTrainers multiLabel
            ? multiLabel.Environment
            : HostInternals.Environment(catalog);
        return new AdaMixTrainer(environment, task, options, validationSet, progress, cancellationToken);
    }
}
