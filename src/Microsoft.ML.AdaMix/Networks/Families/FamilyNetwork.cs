using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks.Families.DebertaV2;
using Microsoft.ML.AdaMix.Networks.Families.ModernBert;
using Microsoft.ML.AdaMix.Networks.Families.MPNet;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks.Families;

/// <summary>How a family's encoder computes in torch: as BERT's, unless a family overrides it. Disposing it frees its weights.</summary>
internal class FamilyNetwork : IDisposable
{
    public static FamilyNetwork Create(LoadedEncoder encoder, Device device, ScalarType states) => encoder.Config.Family switch
    {
        EncoderFamily.MPNet => new MPNetNetwork(encoder, device, states),
        EncoderFamily.DebertaV2 => new DebertaV2Network(encoder, device, states),
        EncoderFamily.ModernBert => new ModernBertNetwork(encoder, device, states),
        _ => new FamilyNetwork(),
    };

    /// <summary>A layer.</summary>
    public virtual IEncoderBlock Layer(LoadedEncoder encoder, int index, Device device, ScalarType precision, ScalarType states) =>
        new EncoderLayer(encoder, index, new SelfAttention(encoder, index, device, precision), device, precision, states);

    /// <summary>What attention knows of the places in a batch.</summary>
    /// <param name="padding">[B, 1, 1, T] or null.</param>
    /// <param name="tokens">T, a prompt's included.</param>
    public virtual AttentionPlaces Places(Tensor? padding, int tokens) => new(padding);

    /// <summary>What the head reads, [B, R, hidden], of what leaves the last layer: [B, R, hidden], or all tokens for a mean.</summary>
    public virtual Tensor Read(Tensor x, AttentionPlaces places, ITuning tuning) => Finish(x, tuning);

    /// <summary>What stands behind the last layer, [.., hidden] to the same.</summary>
    public virtual Tensor Finish(Tensor x, ITuning tuning) => x;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        // BERT has nothing beside its layers.
    }
}
