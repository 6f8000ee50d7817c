using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Parquet;
using Parquet.Serialization;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Rows of a Parquet file, one group of rows after another. Numbers and booleans become text, lists and structures JSON.</summary>
internal sealed class ParquetRowReader : RowReader
{
    private readonly Stream _stream;
    private readonly string[] _fields;
    private readonly int _groups;
    private readonly bool[] _isComposite;
    private IList<Dictionary<string, object>> _rows = [];
    private int _group;
    private int _place;

    public ParquetRowReader(Stream stream, string name)
        : base(name)
    {
        _stream = Seekable(stream);
        (_fields, _groups) = Guarded(async () =>
        {
            await using ParquetReader reader = await ParquetReader.CreateAsync(_stream);
            return (reader.Schema.Fields.Select(field => field.Name).ToArray(), reader.RowGroupCount);
        });
        Columns = Array.ConvertAll(_fields, Blanks.Trim);
        _isComposite = new bool[_fields.Length];
    }

    public override IReadOnlyList<string> Columns { get; }

    public override RowFormat RawFormat => RowFormat.JsonLines;

    public override string Unit => "row";

    public override bool MoveNext()
    {
        while (_place == _rows.Count)
        {
            if (_group == _groups)
            {
                return false;
            }

            _rows = Guarded(async () => (await ParquetSerializer.DeserializeUntypedAsync(_stream, rowGroupIndex: _group++)).Data);
            _place = 0;
        }

        Line++;
        Read(_rows[_place++]);
        return true;
    }

    public override bool IsComposite(int column) => _isComposite[column];

    protected override void Dispose(bool disposing) => _stream.Dispose();

    private void Read(Dictionary<string, object> row)
    {
        Dictionary<string, object?> plain = new(StringComparer.Ordinal);
        string?[] fields = new string?[_fields.Length];
        for (int i = 0; i < fields.Length; i++)
        {
            object? value = Plain(row.GetValueOrDefault(_fields[i]));
            plain[_fields[i]] = value;
            _isComposite[i] = value is IList or IDictionary;
            fields[i] = TextOf(value);
        }

        Fields = fields;
        Raw = JsonSerializer.Serialize(plain, Output.JsonFormat);
    }

    // What JSON has.
    private static object? Plain(object? value) => value switch
    {
        string or bool or null => value,
        float.NaN or double.NaN => null,
        byte[] bytes => Decoded(bytes),
        IDictionary map => map.Keys.Cast<object>().ToDictionary(key => $"{key}", key => Plain(map[key]), StringComparer.Ordinal),
        IEnumerable items => items.Cast<object?>().Select(Plain).ToList(),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        float or double or decimal or byte or sbyte or short or ushort or int or uint or long or ulong => value,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static string? TextOf(object? value) => value switch
    {
        null => null,
        string text => text,
        bool truth => truth ? "true" : "false",
        IList or IDictionary => JsonSerializer.Serialize(value, Output.JsonFormat),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static string Decoded(byte[] bytes)
    {
        try
        {
            return TextEncodings.Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Convert.ToBase64String(bytes);
        }
    }

    // The footer, which says where things are, stands at the end.
    private static Stream Seekable(Stream stream)
    {
        if (stream.CanSeek)
        {
            return stream;
        }

        MemoryStream whole = new();
        using (stream)
        {
            stream.CopyTo(whole);
        }

        whole.Position = 0;
        return whole;
    }

    private T Guarded<T>(Func<Task<T>> read)
    {
        try
        {
            return read().GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Of many kinds: the package checks little of what a file says.
            throw new IOException($"'{Name}' cannot be read as Parquet: {error.Message}", error);
        }
    }
}
