using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

/// <summary>All of an encoder's states, which the head does not need and the reference numbers have.</summary>
internal static class EncoderStates
{
    /// <summary>The embeddings' output, then each layer's, without dropout: layers + 1 tensors [B, T, hidden].</summary>
    public static List<Tensor> AllStates(this FrozenEncoder encoder, EncoderBatch batch, ITuning tuning)
    {
        AttentionPlaces places = encoder.Places(batch, tuning);
        List<Tensor> states = [encoder.Embed(batch, tuning, null)];
        for (int layer = 0; layer < encoder.Config.Layers; layer++)
        {
            states.Add(encoder.Layer(layer, states[^1], places, tuning, null, allTokens: true));
        }

        return states;
    }

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
