using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families.DebertaV2;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks.Families.DebertaV2;

/// <summary>BERT's layers, whose scores read content and relative positions apart.</summary>
internal sealed class DebertaV2Network : FamilyNetwork
{
    private readonly DisentangledPositions _positions;
    private readonly Tensor _table; // [rows, hidden]
    private readonly FrozenLayerNorm? _norm;

    public DebertaV2Network(LoadedEncoder encoder, Device device, ScalarType states)
    {
        _positions = encoder.Config.Disentangled!;
        _table = encoder[DebertaV2Family.RelativeTable].ToTorch(device, states).DetachFromDisposeScope();
        _norm = _positions.IsNormalized ? new FrozenLayerNorm(encoder, DebertaV2Family.RelativeNorm, device, states) : null;
    }

    public override IEncoderBlock Layer(LoadedEncoder encoder, int index, Device device, ScalarType precision, ScalarType states) =>
        new EncoderLayer(
            encoder, index, new DisentangledAttention(encoder, index, device, precision, this), device, precision, states);

    /// <summary>Of the table only those rows are used that a text of so many tokens can reach.</summary>
    public override AttentionPlaces Places(Tensor? padding, int tokens)
    {
        int least = _positions.Row(1 - tokens);
        return new DisentangledPlaces(padding, least, _positions.Row(tokens - 1) - least + 1)
        {
            Rows = RelativeRows.Create(tokens, distance => _positions.Row(distance) - least, _table.device),
        };
    }

    /// <summary>The reached rows of the table, [1, reached, hidden].</summary>
    public Tensor Reached(AttentionPlaces places, ITuning tuning)
    {
        DisentangledPlaces reached = (DisentangledPlaces)places;
        Tensor rows = tuning.Replace(DebertaV2Family.RelativeTable, _table).narrow(0, reached.First, reached.Count).unsqueeze(0);
        return _norm is null ? rows : _norm.Forward(rows, tuning);
    }

    protected override void Dispose(bool disposing)
    {
        _table.Dispose();
        _norm?.Dispose();
        base.Dispose(disposing);
    }

    /// <param name="Padding">[B, 1, 1, T] or null.</param>
    /// <param name="First">The first row of the table that the batch reaches.</param>
    /// <param name="Count">How many it reaches.</param>
    private sealed record DisentangledPlaces(Tensor? Padding, int First, int Count) : AttentionPlaces(Padding);
}
