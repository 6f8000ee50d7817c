using System.Text.Json;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>A template as an object of its options.</summary>
internal sealed class PromptTemplateFormat : OptionFormat
{
    private static readonly Dictionary<Type, OptionFormat> Formats = new() { [typeof(Verbalizers)] = new VerbalizersFormat() };

    public override object Read(OptionNode node)
    {
        PromptTemplate template = new();
        OptionReader.Read(template, node, Formats);
        return template;
    }

    public override void Write(Utf8JsonWriter writer, object value)
    {
        writer.WriteStartObject();
        OptionWriter.Write(writer, value, Formats);
        writer.WriteEndObject();
    }
}
