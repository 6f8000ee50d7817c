using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Exchange.Peft;

/// <summary>Prefix tuning of peft, whose keys and values count as past tokens. What a network gave is what is saved.</summary>
internal sealed class PeftPrefix : ForeignMethod
{
    // Those whose models take past keys and values.
    private static readonly EncoderFamily[] Families = [EncoderFamily.Roberta, EncoderFamily.Bert, EncoderFamily.Electra];

    public override string Name => "PREFIX_TUNING";

    public override EncoderEdits Read(MethodReading reading)
    {
        ForeignConfig config = reading.Config;
        EncoderConfig encoder = reading.Encoder.Config;
        config.Passes("encoder_hidden_size", "prefix_projection");
        PeftPrompt.PassShape(config);
        if (config.Size("num_layers") is { } layers && layers != encoder.Layers)
        {
            throw AdapterFit.WrongLayers(reading.Tensors, layers, reading.Encoder);
        }

        if (!Families.Contains(encoder.Family))
        {
            throw config.Refuse("peft_type", "another method", $"{encoder.Definition.Title} takes no past keys and values");
        }

        int tokens = config.Size(PeftPrompt.Tokens) ?? throw config.Refuse(PeftPrompt.Tokens, "a number", "The file is damaged");
        HostTensor rows = reading.Tensors.Take(PeftPrompt.Tensor, tokens, checked(2 * encoder.Layers * encoder.HiddenSize));
        return [.. PrefixLayout.Split(rows, encoder.HiddenSize).Select(
            (prefix, layer) => new PrefixEdit(layer, prefix.Keys, prefix.Values))];
    }

    public override bool Fits(EncoderEdits edits) => edits.All(edit => edit is PrefixEdit);

    public override MethodWriting Write(EncoderEdits edits, ModuleNames names, EncoderConfig encoder)
    {
        PrefixEdit[] prefixes = [.. edits.Cast<PrefixEdit>().OrderBy(edit => edit.Layer)];
        if (prefixes.Length != encoder.Layers)
        {
            throw new NotSupportedException(
                $"The model has prefixes in {prefixes.Length} of {Counts.Of(encoder.Layers, "layer")}; those of peft are in all.");
        }

        if (!Families.Contains(encoder.Family))
        {
            throw new NotSupportedException($"{encoder.Definition.Title} takes no past keys and values, which the prefixes of peft are.");
        }

        HostTensor rows = PrefixLayout.Join(prefixes.Select(prefix => (prefix.Keys, prefix.Values)));
        JsonObject config = PeftPrompt.WriteShape(encoder, rows.Shape[0]);
        config["encoder_hidden_size"] = encoder.HiddenSize;
        config["prefix_projection"] = false;
        return new MethodWriting(config, [KeyValuePair.Create(PeftPrompt.Tensor, rows)]);
    }
}
