using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>
/// A JSON object a line. The columns are the first object's properties; a later object may lack some of them, and what it has beyond them
/// is passed over.
/// </summary>
/// <remarks>Numbers and booleans become text; the items of an array are joined. Empty lines are passed over.</remarks>
internal sealed class JsonLinesReader : RowReader
{
    private readonly string _arraySeparator;
    private readonly string[] _columns;
    private bool _firstIsWaiting = true;

    public JsonLinesReader(TextReader text, string name, string arraySeparator)
        : base(text, name)
    {
        _arraySeparator = arraySeparator;
        using JsonDocument first = Next() ?? throw Empty("a JSON object a line");
        _columns = [.. first.RootElement.EnumerateObject().Select(property => property.Name)];
        CheckHeader(_columns);
        Read(first.RootElement);
    }

    public override IReadOnlyList<string> Columns => _columns;

    public override bool MoveNext()
    {
        if (_firstIsWaiting)
        {
            _firstIsWaiting = false;
            return true;
        }

        using JsonDocument? next = Next();
        if (next is null)
        {
            return false;
        }

        Read(next.RootElement);
        return true;
    }

    private JsonDocument? Next()
    {
        while (Text.ReadLine() is { } line)
        {
            Line++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            Raw = line;
            try
            {
                JsonDocument document = JsonDocument.Parse(line);
                return document.RootElement.ValueKind == JsonValueKind.Object
                    ? document
                    : throw Damaged($"found a JSON {document.RootElement.ValueKind}, expected an object.");
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"'{Name}', line {Line}: not valid JSON; expected one object a line. {error.Message}",
                    error);
            }
        }

        return null;
    }

    private void Read(JsonElement row) =>
        Fields = Array.ConvertAll(_columns, column => row.TryGetProperty(column, out JsonElement value) ? TextOf(value, column) : null);

    private string? TextOf(JsonElement value, string column) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Array => string.Join(_arraySeparator,
            value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Array
                ? throw Damaged($"'{column}' holds an array of arrays.")
                : TextOf(item, column))),
        _ => value.GetRawText(),
    };
}
