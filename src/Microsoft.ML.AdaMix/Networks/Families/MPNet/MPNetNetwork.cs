using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.MPNet;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks.Families.MPNet;

/// <summary>BERT's layers, whose scores have a table of relative positions beside them.</summary>
internal sealed class MPNetNetwork(LoadedEncoder encoder, Device device, ScalarType states) : FamilyNetwork
{
    private readonly Tensor _table = // [buckets, heads]
        encoder[MPNetFamily.RelativeTable].ToTorch(device, states).DetachFromDisposeScope();

    public override IEncoderBlock Layer(LoadedEncoder encoder, int index, Device device, ScalarType precision, ScalarType states) =>
        new EncoderLayer(
            encoder, index, new RelativeAttention(encoder, index, device, precision, _table), device, precision, states);

    public override AttentionPlaces Places(Tensor? padding, int tokens) =>
        new(padding) { Rows = RelativeRows.Create(tokens, RelativeBuckets.Of, _table.device) };

    protected override void Dispose(bool disposing)
    {
        _table.Dispose();
        base.Dispose(disposing);
    }

    private sealed class RelativeAttention(LoadedEncoder encoder, int layer, Device device, ScalarType precision, Tensor table)
        : SelfAttention(encoder, layer, device, precision)
    {
        // A trained table has a gradient from every layer.
        protected override Tensor Bias(Tensor query, Tensor key, AttentionPlaces places, ITuning tuning)
        {
            Tensor rows = places.Rows!.narrow(0, 0, query.shape[2]); // [Tq, T]
            Tensor added = tuning.Replace(MPNetFamily.RelativeTable, table).index_select(0, rows.flatten())
                .view(rows.shape[0], rows.shape[1], -1).permute(2, 0, 1).unsqueeze(0).to_type(query.dtype); // [1, heads, Tq, T]
            return Sum(places.Padding, added);
        }
    }
}
