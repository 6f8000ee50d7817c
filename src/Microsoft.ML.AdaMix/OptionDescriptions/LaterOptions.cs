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

    /// <summary>Takes them out at that value, and the other options at the one that they have from the beginning.</summary>
    /// <param name="written">Options of an object as JSON.</param>
    /// <param name="initial">A new object of the same type as JSON.</param>
    /// <param name="type">That type.</param>
    /// <param name="kept">Names that stay in any case.</param>
    public static void RemoveInitial(JsonObject written, JsonObject initial, Type type, params ReadOnlySpan<string> kept)
    {
        Remove(written, type);
        string[] later = [.. OptionDescription.For(type).Where(option => option.Before is not null).Select(option => option.JsonName)];
        foreach ((string name, JsonNode? value) in initial)
        {
            if (!kept.Contains(name) && !later.Contains(name, StringComparer.Ordinal)
                && written.ContainsKey(name) && JsonNode.DeepEquals(written[name], value))
            {
                written.Remove(name);
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
