using System.Text.Json;
using Microsoft.ML.AdaMix.Hub;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>An encoder as "roberta-mini", the path of its folder, or its name on the hub; nothing is read from there.</summary>
internal sealed class EncoderFormat : OptionFormat
{
    private static readonly string Expected = $"{PretrainedEncoder.RobertaMini.Name}, the path of a folder, or hub:OWNER/NAME";

    public override object Read(OptionNode node) =>
        !node.IsText || string.IsNullOrWhiteSpace(node.Text)
            ? throw node.Unexpected(Expected)
        : HubAddress.Is(node.Text) ? OfHub(node)
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

    private static PretrainedEncoder OfHub(OptionNode node) => HubAddress.TryParse(node.Text) is { } address
        ? PretrainedEncoder.FromHubLater(address, null, CancellationToken.None)
        : throw node.Unexpected(Expected);

    private static bool IsEmbedded(string name) => name.Equals(PretrainedEncoder.RobertaMini.Name, StringComparison.OrdinalIgnoreCase);
}
