using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>
/// How the cells of a file hold any number of labels: names with a separator between them, a list, or a vector with 0 or 1 for each label.
/// </summary>
/// <remarks>
/// One cell cannot tell a vector from a list of two numbers, a file can: vectors are all as long as each other and hold only 0 and 1. The
/// labels of a vector are called by their places: 0, 1, 2 ...
/// </remarks>
internal sealed partial class LabelSets
{
    private static readonly char[] BetweenNumbers = [',', ';', '|', ' ', '\t'];

    private readonly string _separator;

    private LabelSets(string separator, int? vectorLength) => (_separator, VectorLength) = (separator, vectorLength);

    /// <summary>How many labels vectors have; null where cells hold names.</summary>
    public int? VectorLength { get; }

    /// <summary>Finds out how a file's cells are written.</summary>
    public static LabelSets Of(TextRows rows, string separator)
    {
        List<string[]> vectors = [];
        foreach (string label in rows.Rows.Select(row => row.Label).OfType<string>().Where(label => label.Length > 0))
        {
            if (ItemsOfVector(label) is not { } items)
            {
                return new LabelSets(separator, null);
            }

            vectors.Add(items);
        }

        // 1, 0 without a third is a vector of two only if no cell has less: as names, all rows would have both labels.
        bool areVectors = vectors.Count > 0
            && (vectors.Exists(items => items.Length > 2 || items.Distinct(StringComparer.Ordinal).Count() < items.Length)
                || vectors.TrueForAll(items => items.Length == 2));
        return new LabelSets(separator, areVectors ? vectors.CountBy(items => items.Length).MaxBy(length => length.Value).Key : null);
    }

    /// <summary>Cells that hold names.</summary>
    public static LabelSets OfNames(string separator) => new(separator, null);

    /// <summary>The labels of a cell, each once.</summary>
    /// <exception cref="FormatException">The cell is neither.</exception>
    public string[] Read(string? cell)
    {
        if (string.IsNullOrEmpty(cell))
        {
            return [];
        }

        if (VectorLength is { } length)
        {
            string[]? items = ItemsOfVector(cell);
            return items?.Length == length
                ? [.. Enumerable.Range(0, length).Where(place => items[place] == "1").Select(NameOf)]
                : throw new FormatException($"the other rows hold vectors of {length} numbers, each 0 or 1");
        }

        LabelList? list = LabelList.Parse(cell);
        if (list is null)
        {
            return LooksWritten().IsMatch(cell) || (cell is ['{', .., '}'] && cell.Contains(_separator, StringComparison.Ordinal))
                ? throw new FormatException(
                    "it looks like a list, a set or an array as a program writes it, and is none that can be read; expected names with "
                    + $"'{_separator}' between them, a list such as [\"a\", \"b\"], or a vector of 0 and 1")
                : Distinct(cell.Split(_separator));
        }

        double[] numbers = [.. list.Items.Select(LabelList.NumberOf).OfType<double>()];
        bool areRepeated = numbers.Length == list.Items.Count && numbers.Distinct().Count() < numbers.Length;
        return areRepeated || !list.Numbers.All(double.IsInteger)
            ? throw new FormatException("its numbers are neither labels, each once, nor a vector of 0 and 1 like those of the other rows")
            : Distinct(list.Items);
    }

    /// <summary>Labels as one cell that <see cref="Read"/> gives back.</summary>
    public static string Write(IEnumerable<string> labels) => JsonSerializer.Serialize(labels, Output.JsonFormat);

    public static string NameOf(int place) => place.ToString(CultureInfo.InvariantCulture);

    private static string[] Distinct(IEnumerable<string> names) =>
        [.. names.Select(Blanks.Trim).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];

    // Items as 0 and 1; null where the cell holds something else. In quotes they are names.
    private static string[]? ItemsOfVector(string cell)
    {
        string inside = cell is ['[', .., ']'] or ['(', .., ')'] ? cell[1..^1] : cell;
        string[] items = inside.Split(BetweenNumbers, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] bits = [.. items.Select(item => LabelList.NumberOf(item) switch
        {
            1 => "1",
            0 => "0",
            _ => "",
        })];
        return bits.Length == 0 || bits.Contains("") ? null : bits;
    }

    // array([1, 0]), tf.Tensor([1 0], shape=(2,)), Counter({'a': 1}).
    [GeneratedRegex(@"^[A-Za-z_][\w.]*\(\s*[\[({]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LooksWritten();
}
