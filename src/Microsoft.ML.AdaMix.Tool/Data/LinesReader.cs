namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>A text a line and nothing else. An empty line is an empty text, so that line n out belongs to line n in.</summary>
internal sealed class LinesReader(TextReader text, string name) : RowReader(text, name)
{
    public const string Column = "text";

    public override IReadOnlyList<string> Columns { get; } = [Column];

    public override bool MoveNext()
    {
        if (Text.ReadLine() is not { } line)
        {
            return false;
        }

        Line++;
        Raw = line;
        Fields = [line];
        return true;
    }
}
