using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.DebertaV2;
using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks.Families.DebertaV2;

/// <summary>Attention whose scores are content to content, content to position and position to content.</summary>
/// <remarks>Query and key matrices serve the table of positions too, with what a method makes of them.</remarks>
internal sealed class DisentangledAttention(
    LoadedEncoder encoder, int layer, Device device, ScalarType precision, DebertaV2Network network)
    : SelfAttention(encoder, layer, device, precision)
{
    private readonly DisentangledPositions _positions = encoder.Config.Disentangled!;

    // Beside the root of the head's size, by which all scores are divided.
    protected override double QueryFactor => 1 / Math.Sqrt(_positions.Terms);

    protected override Tensor? Bias(Tensor query, Tensor key, AttentionPlaces places, ITuning tuning)
    {
        Tensor table = network.Reached(places, tuning); // [1, reached, hidden]
        Tensor rows = places.Rows!.narrow(0, 0, query.shape[2]); // [Tq, T]
        double scale = 1 / Math.Sqrt(query.shape[^1]);
        Tensor? sum = places.Padding;
        if (_positions.ContentToPosition)
        {
            Tensor scores = matmul(query, Projected(KeyPart, table, query, tuning).transpose(-2, -1)); // [B, heads, Tq, reached]
            sum = Sum(sum, Gathered(scores, rows).Times(scale)); // the query has its factor
        }

        if (_positions.PositionToContent)
        {
            // Each key's row, as if it were the query's, turned around.
            Tensor scores = matmul(key, Projected(QueryPart, table, key, tuning).transpose(-2, -1)); // [B, heads, T, reached]
            Tensor found = Gathered(scores, rows.transpose(0, 1)).transpose(-2, -1); // [B, heads, Tq, T]
            sum = Sum(sum, found.Times(scale * QueryFactor));
        }

        return sum;
    }

    // The table by one of the layer's matrices, [1 | B, heads, reached, head size].
    private Tensor Projected(int part, Tensor table, Tensor like, ITuning tuning) =>
        Heads(ProjectAlone(part, table, (int)like.shape[0], tuning).to_type(like.dtype));

    // scores [B, heads, n, reached], rows [n, m]; [B, heads, n, m]
    private static Tensor Gathered(Tensor scores, Tensor rows) =>
        scores.gather(-1, rows.unsqueeze(0).unsqueeze(0).expand(scores.shape[0], scores.shape[1], rows.shape[0], rows.shape[1]));
}
