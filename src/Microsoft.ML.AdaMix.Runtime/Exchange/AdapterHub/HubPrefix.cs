using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>Prefix tuning, flat or from a network, which is computed once.</summary>
/// <param name="adapter">The adapter's name in the file.</param>
internal sealed class HubPrefix(string adapter) : ForeignMethod
{
    public override string Name => "prefix_tuning";

    public override EncoderEdits Read(MethodReading reading)
    {
        ForeignConfig config = reading.Config;
        EncoderConfig encoder = reading.Encoder.Config;
        HubFolder.RequireFamily(HubNames.WithPrefixes, encoder, config);
        config.RequireNone("Gated prefixes are not read; train without", "use_gating");
        config.Passes("shared_gating", "dropout", "cross_prefix", "encoder_prefix", "architecture", "init_weights_seed", "dtype");
        int length = config.Size("prefix_length") ?? throw config.Refuse("prefix_length", "a length", "The file is damaged");
        int[] left = config.Indices("leave_out") ?? [];
        int[] layers = [.. Enumerable.Range(0, encoder.Layers).Except(left)];
        int width = checked(2 * layers.Length * encoder.HiddenSize);
        bool isFlat = config.Flag("flat");
        string start = reading.Names.Stored($"prefix_tunings.{adapter}.");
        string place = reading.Tensors.Has($"{start}self.{Tensor(isFlat)}") ? "self" : "self_prefix";
        HostTensor rows = isFlat
            ? Flat(reading, $"{start}{place}.{Tensor(isFlat)}", length, width)
            : PrefixMlp.Compute(reading, $"{start}{place}.", length, width);
        config.Passes("bottleneck_size", "non_linearity");
        return [.. PrefixLayout.Split(rows, encoder.HiddenSize).Zip(
            layers, (prefix, layer) => new PlacelessPrefixEdit(layer, prefix.Keys, prefix.Values))];
    }

    public override bool Fits(EncoderEdits edits) => edits.All(edit => edit is PlacelessPrefixEdit);

    public override MethodWriting Write(EncoderEdits edits, ModuleNames names, EncoderConfig encoder)
    {
        PlacelessPrefixEdit[] prefixes = [.. edits.Cast<PlacelessPrefixEdit>().OrderBy(edit => edit.Layer)];
        HostTensor rows = PrefixLayout.Join(prefixes.Select(prefix => (prefix.Keys, prefix.Values)));
        JsonObject config = HubFolder.Json(HubDefaults.Prefix);
        config["flat"] = true;
        config["prefix_length"] = rows.Shape[0];
        config["leave_out"] = HubFolder.Json(Enumerable.Range(0, encoder.Layers).Except(prefixes.Select(prefix => prefix.Layer)));
        string place = encoder.Family == EncoderFamily.DistilBert ? "self" : "self_prefix";
        return new MethodWriting(
            config,
            [KeyValuePair.Create(
                names.Stored($"prefix_tunings.{adapter}.{place}.{Tensor(isFlat: true)}"), rows.As((int)rows.Count))]);
    }

    private static HostTensor Flat(MethodReading reading, string name, int length, int width)
    {
        HostTensor numbers = reading.Tensors.Take(name);
        return numbers.Shape.Length == 1 && numbers.Count == (long)length * width
            ? numbers.As(length, width)
            : throw reading.Config.Refuse(
                "prefix_length", $"as many tokens as '{name}' has, {numbers.Count} numbers of {width} a token",
                "The configuration is that of another adapter");
    }

    private static string Tensor(bool isFlat) => isFlat ? "control_trans" : "control_trans.0.weight";
}
