using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

/// <summary>What tests claim of an encoder's states.</summary>
internal static class StatesAssert
{
    /// <summary>Largest difference of states to the reference's, all of them or those where the mask is 1.</summary>
    public static double AssertClose(Golden golden, string name, Tensor states, double tolerance, long[]? mask)
    {
        float[] expected = golden.Floats(name);
        float[] found = states.ToArray();
        if (mask is not null)
        {
            int width = expected.Length / mask.Length;
            expected = [.. expected.Where((_, index) => mask[index / width] == 1)];
            found = [.. found.Where((_, index) => mask[index / width] == 1)];
        }

        return Golden.AssertClose(expected, found, tolerance, name);
    }
}
