using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML;

/// <summary>Predictions over a view that can be stopped.</summary>
public static class CancelableTransformExtensions
{
    /// <summary>
    /// Like <see cref="ITransformer.Transform"/>, of a pipeline with an <see cref="AdaMixTransformer"/>; the token stops every reading of
    /// the result within a second, whatever the encoder, where the source gives its rows one by one.
    /// </summary>
    /// <remarks>
    /// Reading then throws <see cref="OperationCanceledException"/>, also in <c>Evaluate</c>, <c>CreateEnumerable</c>, <c>Preview</c>, a
    /// trainer's <c>Fit</c>, or whatever else reads. The model itself is not changed.
    /// </remarks>
    /// <param name="model">A trained or loaded pipeline, or an <see cref="AdaMixTransformer"/> itself.</param>
    /// <param name="input">A view with the model's columns.</param>
    /// <param name="cancellationToken">Stops the readings.</param>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="ArgumentException">There is no AdaMix model in it.</exception>
    public static IDataView Transform(this ITransformer model, IDataView input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        using CancellationScope scope = new(cancellationToken);
        IDataView view = model.Transform(input);
        return scope.Views > 0
            ? view
            : throw new ArgumentException(
                $"There is no {nameof(AdaMixTransformer)} in the model, which is of type {model.GetType().Name}; only such a one can be "
                + "stopped.",
                nameof(model));
    }
}
