using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>Where the adapters library hangs its modules.</summary>
internal static class HubNames
{
    /// <summary>Families whose layers have bottleneck adapters at the places that are known here.</summary>
    public static readonly EncoderFamily[] WithBottlenecks =
        [EncoderFamily.Roberta, EncoderFamily.Bert, EncoderFamily.Electra, EncoderFamily.DebertaV2, EncoderFamily.DistilBert];

    /// <summary>Families whose attention takes its prefixes.</summary>
    public static readonly EncoderFamily[] WithPrefixes =
        [EncoderFamily.Roberta, EncoderFamily.Bert, EncoderFamily.Electra, EncoderFamily.DistilBert];

    // Names of old versions, adapter-transformers.
    private static readonly string[] OldBottlenecks =
        ["attention_text_task_adapters", "attention_text_lang_adapters", "layer_text_task_adapters", "layer_text_lang_adapters"];

    private static readonly (string Own, string Stored)[] DistilBertPlaces =
        [("attention.output", "attention_adapters"), ("output", "output_adapters")];

    /// <summary>The own name of a sub-layer as it is stored before <c>.adapters.</c></summary>
    public static string Sublayer(string own, ModuleNames names, EncoderConfig encoder)
    {
        if (encoder.Family != EncoderFamily.DistilBert)
        {
            return names.Stored(own);
        }

        string layer = EncoderTensors.Layer(ExpectedModules.LayerOf(own));
        string stored = names.Stored(layer + "output_layer_norm");
        return stored[..^"output_layer_norm".Length] + Array.Find(DistilBertPlaces, place => layer + place.Own == own).Stored;
    }

    /// <summary>The container of bottleneck adapters in a file, <c>adapters</c> or what older versions called it.</summary>
    public static string Container(string sublayer, string adapter, ForeignTensors tensors) => OldBottlenecks.FirstOrDefault(
        old => tensors.Has($"{sublayer}.{old}.{adapter}.adapter_up.weight")) ?? "adapters";
}
