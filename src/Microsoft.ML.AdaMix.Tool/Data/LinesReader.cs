namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>A text a line and nothing else. An empty line is an empty text, so that line n out belongs to line n in.</summary>
internal sealed class LinesReader(LineSource lines, string name) : RowReader(name)
{
    public const string Column = "text";

    public override IReadOnlyList<string> Columns { get; } = [Column];

    public override RowFormat RawFormat => RowFormat.Lines;

    public override bool KeepsPlaces => true;

    public override bool MoveNext()
    {
        if (lines.Read() is not { } line)
        {
            return false;
        }

        (Line, Raw, Fields) = (line.Number, line.Text, [line.Text]);
        return true;
    }

    protected override void Dispose(bool disposing) => lines.Dispose();
}
