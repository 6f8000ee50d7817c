namespace Microsoft.ML.AdaMix.Reading;

/// <summary>What is wrong with a column, said as ML.NET's own trainers say it.</summary>
internal static class ColumnErrors
{
    public static ArgumentOutOfRangeException Mismatch(string role, string name, string expected, string found) =>
        new(nameof(name), $"Schema mismatch for {role} column '{name}': expected {expected}, found {found}.");

    public static ArgumentOutOfRangeException Missing(string role, string name, IEnumerable<string> columns) =>
        new(nameof(name),
            $"The {role} column '{name}' was not found; the columns are {string.Join(", ", columns.Select(column => $"'{column}'"))}.");
}
