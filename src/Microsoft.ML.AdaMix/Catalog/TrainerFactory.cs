using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Catalog;

/// <summary>Makes trainers for the catalogs.</summary>
internal static class TrainerFactory
{
    public static AdaMixOptions Options(string label, string text, string? secondText, PretrainedEncoder? encoder, int epochs) => new()
    {
        LabelColumnName = label,
        TextColumnName = text,
        SecondTextColumnName = secondText,
        Encoder = encoder ?? PretrainedEncoder.RobertaMini,
        Epochs = epochs,
    };

    public static AdaMixTrainer Create(object catalog, AdaMixOptions options, TextTask task)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new AdaMixTrainer(catalog is MultiLabelTrainers multiLabel ? multiLabel.Environment : HostInternals.Environment(catalog), options, task);
    }
}
