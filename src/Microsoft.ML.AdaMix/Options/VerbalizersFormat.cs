using System.Text.Json;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>Verbalisers as "automatic", or <c>{ "1": "great|good", "0": "terrible" }</c>; names of classes keep their case.</summary>
internal sealed class VerbalizersFormat : OptionFormat
{
    private const string Automatic = "automatic";

    public override object Read(OptionNode node)
    {
        if (node.IsText && node.Text.Equals(Automatic, StringComparison.OrdinalIgnoreCase))
        {
            return Verbalizers.Automatic;
        }

        if (node.Kind != OptionNodeKind.Object)
        {
            throw node.Unexpected($"{Automatic}, or an object with a word a class");
        }

        OptionReader.RequireObject(node, StringComparer.Ordinal);
        Dictionary<string, string> words = node.Members.ToDictionary(
            word => word.Name, word => word.IsText ? word.Text : throw word.Unexpected("a word"), StringComparer.Ordinal);
        return Verbalizers.FindProblem(words) is { } problem ? throw new JsonException($"{node.Path}: {problem}") : Verbalizers.From(words);
    }

    public override void Write(Utf8JsonWriter writer, object value)
    {
        if (((Verbalizers)value).Given is not { } given)
        {
            writer.WriteStringValue(Automatic);
            return;
        }

        writer.WriteStartObject();
        foreach ((string name, string words) in given.OrderBy(word => word.Key, StringComparer.Ordinal))
        {
            writer.WriteString(name, words);
        }

        writer.WriteEndObject();
    }
}
