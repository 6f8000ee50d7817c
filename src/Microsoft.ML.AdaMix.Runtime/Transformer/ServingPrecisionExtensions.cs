using Microsoft.ML.AdaMix;
using Microsoft.ML.Data;

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
        return Changed(model, precision) ?? throw new ArgumentException(
            $"There is no {nameof(AdaMixTransformer)} in the model, which is of type {model.GetType().Name}; only such a one has a serving "
            + "precision.",
            nameof(model));
    }

    /// <summary>The changed model, or null if there is nothing to change.</summary>
    private static ITransformer? Changed(ITransformer model, ServingPrecision precision)
    {
        switch (model)
        {
            case AdaMixTransformer text:
                return text.WithServingPrecision(precision);
            case IEnumerable<ITransformer> chain:
                ITransformer[] parts = [.. chain];
                ITransformer?[] changed = Array.ConvertAll(parts, part => Changed(part, precision));
                return changed.All(part => part is null)
                    ? null
                    : new TransformerChain<ITransformer>([.. changed.Zip(parts, (now, before) => now ?? before)]);
            default:
                return null;
        }
    }
}
