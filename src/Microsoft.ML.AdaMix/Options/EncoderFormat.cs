using System.Text.Json;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>An encoder as "roberta-mini" or the path of its folder; nothing is read from there.</summary>
internal sealed class EncoderFormat : OptionFormat
{
    public override object Read(OptionNode node) =>
        !node.IsText || string.IsNullOrWhiteSpace(node.Text)
            ? throw node.Unexpected($"{PretrainedEncoder.RobertaMini.Name}, or the path of a folder")
        : IsEmbedded(node.Text) ? PretrainedEncoder.RobertaMini
        : PretrainedEncoder.FromFolder(node.Text);

    // A folder that is called as the embedded encoder is must not become it.
    public override void Write(Utf8JsonWriter writer, object value)
    {
        PretrainedEncoder encoder = (PretrainedEncoder)value;
        bool looksEmbedded = IsEmbedded(encoder.Name) && encoder != PretrainedEncoder.RobertaMini;
        writer.WriteStringValue(looksEmbedded ? Path.Combine(".", encoder.Name) : encoder.Name);
    }

    private static bool IsEmbedded(string name) => name.Equals(PretrainedEncoder.RobertaMini.Name, StringComparison.OrdinalIgnoreCase);
}
