using System.Text.Json;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>Class weights as "none", "balanced", or <c>{ "spam": 5 }</c>; names of classes keep their case.</summary>
internal sealed class ClassWeightsFormat : OptionFormat
{
    private const string None = "none";
    private const string Balanced = "balanced";

    public override object Read(OptionNode node)
    {
        if (node.IsText && node.Text.Equals(None, StringComparison.OrdinalIgnoreCase))
        {
            return ClassWeights.None;
        }

        if (node.IsText && node.Text.Equals(Balanced, StringComparison.OrdinalIgnoreCase))
        {
            return ClassWeights.Balanced;
        }

        if (node.Kind != OptionNodeKind.Object)
        {
            throw node.Unexpected($"{None}, {Balanced}, or an object with a weight a class");
        }

        OptionReader.RequireObject(node, StringComparer.Ordinal);
        return ClassWeights.From(node.Members.ToDictionary(weight => weight.Name, Weight, StringComparer.Ordinal));
    }

    public override void Write(Utf8JsonWriter writer, object value)
    {
        ClassWeights weights = (ClassWeights)value;
        if (weights.Given is null)
        {
            writer.WriteStringValue(weights.IsBalanced ? Balanced : None);
            return;
        }

        writer.WriteStartObject();
        foreach ((string name, double weight) in weights.Given)
        {
            writer.WriteNumber(name, weight);
        }

        writer.WriteEndObject();
    }

    private static double Weight(OptionNode node) =>
        node.Kind is OptionNodeKind.Number or OptionNodeKind.Untyped
        && OptionText.Parse(typeof(double), node.Text) is double weight && double.IsFinite(weight) && weight >= 0
            ? weight
            : throw node.Unexpected("a number, 0 or more");
}
