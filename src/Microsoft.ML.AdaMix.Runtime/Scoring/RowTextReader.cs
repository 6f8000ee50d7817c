
namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Reads the text columns of a row. Missing text is an empty text.</summary>
internal sealed class RowTextReader(DataViewRow row, ScoreSchema schema)
{
    private readonly ValueGetter<ReadOnlyMemory<char>> _text = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[schema.Text.Index]);
    private readonly ValueGetter<ReadOnlyMemory<char>>? _second = schema.SecondText is { } second
        ? row.GetGetter<ReadOnlyMemory<char>>(row.Schema[second.Index])
        : null;

    public (string Text, string? Pair) Read()
    {
        ReadOnlyMemory<char> text = default;
        _text(ref text);
        if (_second is null)
        {
            return (text.ToString(), null);
        }

        ReadOnlyMemory<char> second = default;
        _second(ref second);
        return (text.ToString(), second.ToString());
    }
}
