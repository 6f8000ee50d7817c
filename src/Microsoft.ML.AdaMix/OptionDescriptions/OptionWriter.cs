using System.Text.Json;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>Writes the options of an object as JSON.</summary>
internal static class OptionWriter
{
    /// <summary>Writes members into an object that was begun.</summary>
    public static void Write(Utf8JsonWriter writer, object options, IReadOnlyDictionary<Type, OptionFormat> formats)
    {
        foreach (OptionDescription option in OptionDescription.For(options.GetType()).Where(option => !option.ToldByName))
        {
            writer.WritePropertyName(option.JsonName);
            object? value = option.Get(options);
            if (value is not null && formats.TryGetValue(option.Type, out OptionFormat? format))
            {
                format.Write(writer, value);
            }
            else
            {
                WriteScalar(writer, value);
            }
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case int count: writer.WriteNumberValue(count); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            default: writer.WriteStringValue(OptionText.Write(value)); break;
        }
    }
}
