using System.Text.Json;
using Microsoft.ML.AdaMix.Hub;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>An encoder as "roberta-mini", the path of its folder, or its name on the hub; nothing is read from there.</summary>
internal sealed class EncoderFormat : OptionFormat
{
    public override object Read(OptionNode node) =>
        !node.IsText || string.IsNullOrWhiteSpace(node.Text) || (HubAddress.Is(node.Text) && HubAddress.TryParse(node.Text) is null)
            ? throw node.Unexpected($"{PretrainedEncoder.RobertaMini.Name}, the path of a folder, or hub:OWNER/NAME")
        : HubAddress.Is(node.Text) ? PretrainedEncoder.FromHubLater(node.Text)
        : IsEmbedded(node.Text) ? PretrainedEncoder.RobertaMini
        : PretrainedEncoder.FromFolder(node.Text);

    // A folder that is called as the embedded encoder is, or as one of the hub, must not become that.
    public override void Write(Utf8JsonWriter writer, object value)
    {
        PretrainedEncoder encoder = (PretrainedEncoder)value;
        bool looksOther = (IsEmbedded(encoder.Name) && encoder != PretrainedEncoder.RobertaMini)
            || (HubAddress.Is(encoder.Name) && !encoder.IsOfHub);
        writer.WriteStringValue(looksOther ? Path.Combine(".", encoder.Name) : encoder.Name);
    }

    private static bool IsEmbedded(string name) => name.Equals(PretrainedEncoder.RobertaMini.Name, StringComparison.OrdinalIgnoreCase);
}
