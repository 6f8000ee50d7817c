using System.Text.Json;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>How values of a type that is more than one number or word stand in JSON and configuration.</summary>
internal abstract class OptionFormat
{
    /// <exception cref="JsonException">The node is no such value; the message says where and what was expected.</exception>
    public abstract object Read(OptionNode node);

    public abstract void Write(Utf8JsonWriter writer, object value);
}
