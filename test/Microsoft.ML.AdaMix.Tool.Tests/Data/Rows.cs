using System.Text;
using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

/// <summary>Opens rows that stand in the test.</summary>
internal static class Rows
{
    public static RowReader Open(string text, RowFormat format, ReadingOptions? options = null) =>
        Open(Encoding.UTF8.GetBytes(text), format, options);

    public static RowReader Open(byte[] bytes, RowFormat format, ReadingOptions? options = null) =>
        RowFiles.Open(new MemoryStream(bytes), "rows", format, options ?? ReadingOptions.Default);

    /// <summary>All rows' label and text; for predictions, nothing and text.</summary>
    public static (string? Label, string Text)[] All(RowReader reader, bool needsLabel = true)
    {
        using (reader)
        {
            TextColumns columns = TextColumns.Find(reader, new ColumnNames(), needsLabel);
            List<(string? Label, string Text)> rows = [];
            while (reader.TryRead(columns, out TextRow? row))
            {
                rows.Add((row?.Label, row?.Text ?? ""));
            }

            return [.. rows];
        }
    }
}
