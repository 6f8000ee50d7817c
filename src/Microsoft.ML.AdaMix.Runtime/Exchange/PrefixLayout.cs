using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Prefixes as peft and adapters keep them: one row a token, [P, layers x (key, value) x hidden].</summary>
internal static class PrefixLayout
{
    /// <summary>Keys and values of each layer.</summary>
    /// <param name="rows">[P, 2 * layers * hidden].</param>
    /// <param name="hidden">The hidden size.</param>
    public static IEnumerable<(HostTensor Keys, HostTensor Values)> Split(HostTensor rows, int hidden) =>
        Enumerable.Range(0, rows.Shape[1] / (2 * hidden)).Select(
            layer => (rows.Columns(2 * layer * hidden, hidden), rows.Columns(((2 * layer) + 1) * hidden, hidden)));

    /// <summary>The way back.</summary>
    public static HostTensor Join(IEnumerable<(HostTensor Keys, HostTensor Values)> layers) =>
        TensorForms.Beside([.. layers.SelectMany(layer => (HostTensor[])[layer.Keys, layer.Values])]);
}
