using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Transformer;

namespace Microsoft.ML;

/// <summary>Changes the precision of models that are part of a pipeline.</summary>
public static class ServingPrecisionExtensions
{
    /// <summary>
    /// The same pipeline with every AdaMix model in it scoring in another precision, for example after <c>mlContext.Model.Load</c>.
    /// Weights are shared with <paramref name="model"/>, which stays as it is.
    /// </summary>
    /// <param name="model">A trained or loaded pipeline, or an <see cref="AdaMixTransformer"/> itself.</param>
    /// <param name="precision">Float32, Int8 or Auto.</param>
    /// <exception cref="ArgumentException">There is no AdaMix model in it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such precision.</exception>
    public static ITransformer WithServingPrecision(this ITransformer model, ServingPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(model);
        return PipelineChange.Of(model, found => found.WithServingPrecision(precision)) ?? throw new ArgumentException(
            $"There is no {nameof(AdaMixTransformer)} in the model, which is of type {model.GetType().Name}; only such a one has a serving "
            + "precision.",
            nameof(model));
    }
}
