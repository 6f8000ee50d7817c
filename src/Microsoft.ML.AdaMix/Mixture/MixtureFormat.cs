using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>A mixture as <c>{ "experts": 4, "sharing": "up" }</c>.</summary>
internal sealed class MixtureFormat : OptionFormat
{
    public override object Read(OptionNode node)
    {
        MixtureOptions mixture = new();
        OptionReader.Read(mixture, node, FrozenDictionary<Type, OptionFormat>.Empty);
        return mixture;
    }

    public override void Write(Utf8JsonWriter writer, object value)
    {
        writer.WriteStartObject();
        OptionWriter.Write(writer, value, FrozenDictionary<Type, OptionFormat>.Empty);
        writer.WriteEndObject();
    }
}
