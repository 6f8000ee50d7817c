using System.Text.Json;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>Reads the options of an object from JSON or configuration. Ranges are not looked at; that is validation's.</summary>
internal static class OptionReader
{
    /// <summary>Sets what is given on a new object that nobody else has seen.</summary>
    /// <param name="options">The object.</param>
    /// <param name="node">Where it stands.</param>
    /// <param name="formats">Of the options that have one.</param>
    /// <param name="beside">Members that are no options and read by the caller.</param>
    /// <exception cref="JsonException">A member is no option, stands twice, or cannot be read.</exception>
    public static void Read(object options, OptionNode node, IReadOnlyDictionary<Type, OptionFormat> formats, params string[] beside)
    {
        RequireObject(node);
        Dictionary<string, OptionDescription> known =
            OptionDescription.For(options.GetType()).Where(option => !option.ToldByName).ToDictionary(
                option => option.Name, StringComparer.OrdinalIgnoreCase);
        foreach (OptionNode member in node.Members.Where(member => !beside.Contains(member.Name, StringComparer.OrdinalIgnoreCase)))
        {
            if (!known.TryGetValue(member.Name, out OptionDescription? option))
            {
                string expected = Words.List(beside.Concat(known.Values.Select(option => option.JsonName)));
                throw new JsonException($"{member.Path} is not an option; expected {expected}.");
            }

            option.Set(options, Value(option, member, formats));
        }
    }

    /// <exception cref="JsonException">It is no object, or one of its members stands twice.</exception>
    public static void RequireObject(OptionNode node, StringComparer? names = null)
    {
        if (node.Kind != OptionNodeKind.Object)
        {
            throw node.Unexpected("an object");
        }

        HashSet<string> seen = new(names ?? StringComparer.OrdinalIgnoreCase);
        if (node.Members.FirstOrDefault(member => !seen.Add(member.Name)) is { } twice)
        {
            throw new JsonException($"{twice.Path} stands twice; expected it once.");
        }
    }

    private static object? Value(OptionDescription option, OptionNode node, IReadOnlyDictionary<Type, OptionFormat> formats)
    {
        if (node.Kind == OptionNodeKind.Null && option.WhenNull is not null)
        {
            return null;
        }

        if (formats.TryGetValue(option.Type, out OptionFormat? format))
        {
            return format.Read(node);
        }

        // Ranges are validation's; a value that an enumeration does not have is none.
        object? value = IsOfKind(option.Type, node) ? OptionText.Parse(option.Type, node.Text) : null;
        return value is null || (option.Type.IsEnum && !option.Accepts(value)) ? throw node.Unexpected(option.ExpectedText) : value;
    }

    // JSON has no infinity, so that a text stands for it.
    private static bool IsOfKind(Type type, OptionNode node) => node.Kind switch
    {
        OptionNodeKind.Untyped => true,
        OptionNodeKind.Number => type == typeof(int) || type == typeof(double),
        OptionNodeKind.Flag => type == typeof(bool),
        OptionNodeKind.Text when type == typeof(double) => node.Text is "Infinity" or "-Infinity",
        OptionNodeKind.Text => type == typeof(string) || type == typeof(Range) || OptionText.IsWord(type),
        _ => false,
    };
}
