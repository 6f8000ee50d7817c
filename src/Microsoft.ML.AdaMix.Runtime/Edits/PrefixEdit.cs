using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>Prefix tuning: keys and values before a layer's own, at most one edit a layer, all of one length P.</summary>
/// <param name="Layer">Layer index from 0.</param>
/// <param name="Keys">[P, hidden].</param>
/// <param name="Values">[P, hidden].</param>
internal sealed record PrefixEdit(int Layer, HostTensor Keys, HostTensor Values) : EncoderEdit
{
    public static readonly EditKind Kind = new EditKind<PrefixEdit, int>(
        "Prefixes",
        edit => edit.Layer,
        (layer, tensor) => new PrefixEdit(layer, tensor(KeysName(layer)), tensor(ValuesName(layer))));

    public override int PrefixLength => Keys.Shape.FirstOrDefault();

    public override IEnumerable<TunedTensor> Tensors(TunedModel model)
    {
        int layers = model.Encoder.Config.Layers;
        Require(Layer >= 0 && Layer < layers, model.Encoder, $"a prefix in layer {Layer}", [$"0 to {layers - 1}"]);
        int[] shape = [Math.Max(1, model.Edits.PrefixLength), model.Encoder.Config.HiddenSize];
        return [new(KeysName(Layer), Keys, shape), new(ValuesName(Layer), Values, shape)];
    }

    public override KeysAndValues? Prefix(int layer) => layer == Layer ? new KeysAndValues(Keys, Values) : null;

    /// <summary>The name of a layer's keys.</summary>
    public static string KeysName(int layer) => EncoderTensors.Layer(layer) + "prefix.keys";

    /// <summary>The name of a layer's values.</summary>
    public static string ValuesName(int layer) => EncoderTensors.Layer(layer) + "prefix.values";
}
