using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Which row of a table of relative positions each query and key read.</summary>
internal static class RelativeRows
{
    /// <summary>int64 [tokens, tokens].</summary>
    /// <param name="tokens">How many tokens.</param>
    /// <param name="row">The row of a distance, the query's place less the key's.</param>
    /// <param name="device">Where.</param>
    public static Tensor Create(int tokens, Func<int, int> row, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] byDistance = [.. Enumerable.Range(1 - tokens, (2 * tokens) - 1).Select(distance => (long)row(distance))];
        Tensor places = TensorArithmetic.Count(tokens, device); // [T]
        Tensor distances = places.unsqueeze(1).Minus(places.unsqueeze(0)).Plus(tensor((long)tokens - 1, device: device)); // [T, T], from 0
        return tensor(byDistance).ToDevice(device).index_select(0, distances.flatten()).view(tokens, tokens).MoveToOuterDisposeScope();
    }
}
