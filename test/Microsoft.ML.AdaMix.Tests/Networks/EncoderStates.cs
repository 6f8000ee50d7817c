using Microsoft.ML.AdaMix.Networks;
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
}
