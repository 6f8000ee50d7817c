using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>
/// A JSON object a line. The columns are the first object's properties; a later object may lack some of them, and what it has beyond them
/// is passed over.
/// </summary>
/// <remarks>Numbers and booleans become text; arrays and objects stay JSON. Empty lines are passed over.</remarks>
internal sealed class JsonLinesReader : RowReader
{
    private readonly LineSource _lines;
    private readonly string[] _properties;
    private readonly bool[] _isComposite;
    private bool _firstIsWaiting = true;

    public JsonLinesReader(LineSource lines, string name)
        : base(name)
    {
        _lines = lines;
        using JsonDocument first = Next() ?? throw new InvalidDataException($"'{name}' is empty; expected a JSON object a line.");
        _properties = [.. first.RootElement.EnumerateObject().Select(property => property.Name)];
        Columns = Array.ConvertAll(_properties, Blanks.Trim);
        _isComposite = new bool[_properties.Length];
        Read(first.RootElement);
    }

    public override IReadOnlyList<string> Columns { get; }

    public override RowFormat RawFormat => RowFormat.JsonLines;

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

    public override bool IsComposite(int column) => _isComposite[column];

    protected override void Dispose(bool disposing) => _lines.Dispose();

    private JsonDocument? Next()
    {
        while (_lines.Read() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line.Text))
            {
                continue;
            }

            (Line, Raw) = (line.Number, line.Text);
            try
            {
                JsonDocument document = JsonDocument.Parse(line.Text);
                return document.RootElement.ValueKind == JsonValueKind.Object
                    ? document
                    : throw Broken($"found a JSON {document.RootElement.ValueKind}, expected an object a line.");
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"'{Name}', line {Line}: not valid JSON; expected one object a line. {error.Message}",
                    error);
            }
        }

        return null;
    }

    private void Read(JsonElement row)
    {
        string?[] fields = new string?[_properties.Length];
        for (int i = 0; i < fields.Length; i++)
        {
            JsonElement value = row.TryGetProperty(_properties[i], out JsonElement found) ? found : default;
            _isComposite[i] = value.ValueKind is JsonValueKind.Array or JsonValueKind.Object;
            fields[i] = TextOf(value, Columns[i]);
        }

        Fields = fields;
    }

    private string? TextOf(JsonElement value, string column)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.Undefined or JsonValueKind.Null => null,
                JsonValueKind.String => value.GetString(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => value.GetRawText(),
            };
        }
        catch (InvalidOperationException) // half of a character beyond 16 bits, as in "\ud83d"
        {
            throw Broken($"'{column}' holds an escape such as \\ud83d without its second half; expected whole characters.");
        }
    }
}
