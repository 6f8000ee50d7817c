using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Methods;

/// <summary>A method as <c>{ "name": "lora", "rank": 16 }</c>, or by its name alone.</summary>
internal sealed class TuningMethodFormat : OptionFormat
{
    private const string NameMember = "name";

    public override object Read(OptionNode node)
    {
        if (node.IsText)
        {
            return Find(node);
        }

        if (node.Kind != OptionNodeKind.Object)
        {
            throw node.Unexpected($"the name of a method ({Words.List(TuningMethods.Names)}), or an object with it");
        }

        OptionReader.RequireObject(node);
        OptionNode name = node.Members.FirstOrDefault(member => string.Equals(member.Name, NameMember, StringComparison.OrdinalIgnoreCase))
            ?? throw new JsonException($"{node.Path} has no {NameMember}; expected {Words.List(TuningMethods.Names)}.".TrimStart());
        TuningMethod method = Find(name) with { };
        OptionReader.Read(method, node, FrozenDictionary<Type, OptionFormat>.Empty, NameMember);
        return method;
    }

    public override void Write(Utf8JsonWriter writer, object value)
    {
        TuningMethod method = (TuningMethod)value;
        if (TuningMethods.Find(method.Name)?.GetType() != method.GetType())
        {
            throw new NotSupportedException(
                $"The tuning method {method.GetType().Name} is not registered in TuningMethods, so that nothing could read it again.");
        }

        writer.WriteStartObject();
        writer.WriteString(NameMember, method.Name);
        OptionWriter.Write(writer, method, FrozenDictionary<Type, OptionFormat>.Empty);
        writer.WriteEndObject();
    }

    private static TuningMethod Find(OptionNode name) =>
        (name.IsText ? TuningMethods.Find(name.Text) : null) ?? throw name.Unexpected(Words.List(TuningMethods.Names));
}
