using System.Collections.Frozen;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>Options that are an object of plain options, as <c>{ "experts": 4, "sharing": "up" }</c>.</summary>
/// <typeparam name="T">The object.</typeparam>
internal sealed class ObjectFormat<T> : OptionFormat
    where T : new()
{
    public override object Read(OptionNode node)
    {
        object options = new T();
        OptionReader.Read(options, node, FrozenDictionary<Type, OptionFormat>.Empty);
        return options;
    }

    public override void Write(Utf8JsonWriter writer, object value)
    {
        writer.WriteStartObject();
        OptionWriter.Write(writer, value, FrozenDictionary<Type, OptionFormat>.Empty);
        writer.WriteEndObject();
    }
}
