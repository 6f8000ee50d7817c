using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Transformer;

namespace Microsoft.ML;

/// <summary>Lets models that are part of a pipeline read long texts in windows.</summary>
public static class WindowExtensions
{
    /// <summary>
    /// The same pipeline with every AdaMix model in it reading long texts in windows, for example after <c>mlContext.Model.Load</c>.
    /// Weights are shared with <paramref name="model"/>, which stays as it is.
    /// </summary>
    /// <param name="model">A trained or loaded pipeline, or an <see cref="AdaMixTransformer"/> itself.</param>
    /// <param name="combine">What becomes of a text's windows. Null: as each model has it, or mean logits.</param>
    /// <param name="stride">
    /// Tokens that a window has in common with the one before, 0 or more and less than a window has. Null: as each model has it, or a
    /// quarter of that.
    /// </param>
    /// <param name="maxWindows">Most windows of a text, 1 to 1024. Null: as each model has it, or 16.</param>
    /// <exception cref="ArgumentException">There is no AdaMix model in it, or <paramref name="stride"/> is too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such <paramref name="combine"/>, or <paramref name="maxWindows"/> is out of range.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// A model reads its texts in a template, or scores with random routes or an ensemble.
    /// </exception>
    public static ITransformer WithWindows(
        this ITransformer model, WindowCombination? combine = null, int? stride = null, int? maxWindows = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return PipelineChange.Of(model, found => found.WithWindows(combine, stride, maxWindows)) ?? throw new ArgumentException(
            $"There is no {nameof(AdaMixTransformer)} in the model, which is of type {model.GetType().Name}; only such a one reads "
            + "windows.",
            nameof(model));
    }
}
