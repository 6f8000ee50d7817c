using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>
/// Prefix tuning as the adapters library has it: keys and values before a layer's own that take no positions away, so that those of the
/// text begin where they always do.
/// </summary>
/// <param name="Layer">Layer index from 0.</param>
/// <param name="Keys">[P, hidden].</param>
/// <param name="Values">[P, hidden].</param>
internal sealed record PlacelessPrefixEdit(int Layer, HostTensor Keys, HostTensor Values) : EncoderEdit
{
    public static readonly EditKind Kind = new EditKind<PlacelessPrefixEdit, int>(
        "PlacelessPrefixes",
        edit => edit.Layer,
        (layer, tensor) => new PlacelessPrefixEdit(layer, tensor(PrefixEdit.KeysName(layer)), tensor(PrefixEdit.ValuesName(layer))));

    public override int PrefixLength => Keys.Shape.FirstOrDefault();

    public override bool PrefixTakesPositions => false;

    public override IEnumerable<TunedTensor> Tensors(TunedModel model) => new PrefixEdit(Layer, Keys, Values).Tensors(model);

    public override KeysAndValues? Prefix(int layer) => layer == Layer ? new KeysAndValues(Keys, Values) : null;
}
