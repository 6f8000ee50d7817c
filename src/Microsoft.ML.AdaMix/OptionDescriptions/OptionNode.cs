using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>What stands at a place of a JSON document or a configuration.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Path">Where it stands, for errors: method.rank in JSON, AdaMix:Method:Rank in a configuration. Empty for the whole.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Of a scalar; of nothing, what to call it.</param>
/// <param name="Members">Of an object.</param>
internal sealed record OptionNode(string Name, string Path, OptionNodeKind Kind, string Text, IReadOnlyList<OptionNode> Members)
{
    /// <summary>A JSON value.</summary>
    public static OptionNode From(JsonElement element, string name = "", string path = "")
    {
        OptionNode Scalar(OptionNodeKind kind, string text) => new(name, path, kind, text, []);
        OptionNode Member(JsonProperty member) => From(member.Value, member.Name, path.Length == 0 ? member.Name : $"{path}.{member.Name}");
        return element.ValueKind switch
        {
            JsonValueKind.Object => new(name, path, OptionNodeKind.Object, string.Empty, [.. element.EnumerateObject().Select(Member)]),
            JsonValueKind.String => Scalar(OptionNodeKind.Text, element.GetString()!),
            JsonValueKind.Number => Scalar(OptionNodeKind.Number, element.GetRawText()),
            JsonValueKind.True or JsonValueKind.False => Scalar(OptionNodeKind.Flag, element.GetRawText()),
            JsonValueKind.Null => Scalar(OptionNodeKind.Null, "null"),
            _ => Scalar(OptionNodeKind.List, string.Empty),
        };
    }

    /// <summary>A section of a configuration, where all values are text.</summary>
    /// <exception cref="JsonException">A section has a value and members.</exception>
    public static OptionNode From(IConfiguration configuration)
    {
        IConfigurationSection? section = configuration as IConfigurationSection;
        string name = section?.Key ?? string.Empty;
        string path = section?.Path ?? string.Empty;
        OptionNode[] members = [.. configuration.GetChildren().Select(From)];
        return (members.Length > 0 || section is null, section?.Value) switch
        {
            (true, null or "") => new(name, path, OptionNodeKind.Object, string.Empty, members),
            (true, var value) => throw new JsonException(
                $"{path} is \"{value}\" and has members too; expected one or the other. "
                + $"Where the value is a name, write it as {path}:Name."),
            (false, null or "") => new(name, path, OptionNodeKind.Null, "empty", []),
            (false, var value) => new(name, path, OptionNodeKind.Untyped, value, []),
        };
    }

    /// <summary>Whether it is a text, or may be one.</summary>
    public bool IsText => Kind is OptionNodeKind.Text or OptionNodeKind.Untyped;

    /// <summary>The error that something else was expected here.</summary>
    public JsonException Unexpected(string expected) => new($"{(Path.Length == 0 ? "The value" : Path)} is {Found}; expected {expected}.");

    private string Found => Kind switch
    {
        OptionNodeKind.Text or OptionNodeKind.Untyped => $"\"{Text}\"",
        OptionNodeKind.Object => "an object",
        OptionNodeKind.List => "a list",
        _ => Text,
    };
}
