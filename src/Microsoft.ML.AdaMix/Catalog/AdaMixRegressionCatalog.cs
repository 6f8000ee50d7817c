using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Catalog;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML;

/// <summary>Adds AdaMix to <c>mlContext.Regression.Trainers</c>.</summary>
public static class AdaMixRegressionCatalog
{
    /// <summary>Fine-tunes the embedded encoder, or a given one, to give a number for a text or a pair, for example their similarity.</summary>
    /// <param name="catalog"><c>mlContext.Regression.Trainers</c>.</param>
    /// <param name="labelColumnName">Label: a float, in any unit.</param>
    /// <param name="textColumnName">Text.</param>
    /// <param name="secondTextColumnName">Second text of pairs, or null.</param>
    /// <param name="encoder">The pretrained encoder; null for <see cref="PretrainedEncoder.RobertaMini"/>.</param>
    /// <param name="epochs">Passes over the data, 1 to 10,000.</param>
    public static AdaMixTrainer AdaMix(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label", string textColumnName = "Text", string? secondTextColumnName = null, PretrainedEncoder? encoder = null, int epochs = 10) =>
        catalog.AdaMix(TrainerFactory.Options(labelColumnName, textColumnName, secondTextColumnName, encoder, epochs));

    /// <summary>Fine-tunes a pretrained encoder to give a number for a text or a pair, with everything that can be set.</summary>
    /// <param name="catalog"><c>mlContext.Regression.Trainers</c>.</param>
    /// <param name="options">The options; checked here, all problems reported at once.</param>
    /// <exception cref="ArgumentException">One or more options are out of range.</exception>
    public static AdaMixTrainer AdaMix(this RegressionCatalog.RegressionTrainers catalog, AdaMixOptions options) => TrainerFactory.Create(catalog, options, TextTask.Regression);
}
