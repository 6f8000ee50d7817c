namespace Microsoft.ML.AdaMix.Models;

/// <summary>A tensor that tuning brought.</summary>
/// <param name="Name">Its name in saved models, graphs and errors.</param>
/// <param name="Tensor">Its values.</param>
/// <param name="Shape">The shape that it has to have on the model's encoder.</param>
internal readonly record struct TunedTensor(string Name, HostTensor Tensor, int[] Shape)
{
    /// <summary>
    /// Whether every file keeps each of its bits: it stands in place of the encoder's own, whose numbers are not small differences.
    /// </summary>
    public bool IsExact { get; init; }
}
