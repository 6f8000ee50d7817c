using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>Options that an earlier version had not: at the value that they would have had there, they are as if not written.</summary>
internal static class LaterOptions
{
    /// <summary>Takes them out, so that what an earlier version wrote is the same.</summary>
    /// <param name="written">Options of an object as JSON.</param>
    /// <param name="type">That object's type.</param>
    public static void Remove(JsonObject written, Type type)
    {
        foreach (OptionDescription option in OptionDescription.For(type).Where(option => option.Before is not null))
        {
            if (JsonNode.DeepEquals(written[option.JsonName], Node(option.Before!)))
            {
                written.Remove(option.JsonName);
            }
        }
    }

    /// <summary>Puts them back at that value, where they are not written.</summary>
    /// <param name="written">Options of an object as JSON.</param>
    /// <param name="type">That object's type.</param>
    public static void Restore(JsonObject written, Type type)
    {
        foreach (OptionDescription option in OptionDescription.For(type).Where(
            option => option.Before is not null && !written.ContainsKey(option.JsonName)))
        {
            written[option.JsonName] = Node(option.Before!);
        }
    }

    private static JsonNode Node(object value) => value switch
    {
        bool flag => flag,
        int count => count,
        double number => number,
        _ => OptionText.Write(value),
    };
}
