using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>A table in Markdown: names on the left, numbers on the right; columns whose title is null are left out.</summary>
internal sealed class MarkdownTable
{
    private readonly StringBuilder _text = new();
    private readonly bool[] _shown;

    public MarkdownTable(params IReadOnlyList<string?> titles)
    {
        _shown = [.. titles.Select(title => title is not null)];
        Add(titles);
        _text.Append('|').AppendJoin('|', titles.OfType<string>().Select((_, column) => column == 0 ? "---" : "--:")).AppendLine("|");
    }

    public void Add(params IReadOnlyList<string?> cells) =>
        _text.Append("| ").AppendJoin(" | ", cells.Where((_, column) => _shown[column])).AppendLine(" |");

    public override string ToString() => _text.ToString();
}
