using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>What the columns behind a row are called: predicted, and where the rows have such a column already, predicted_2.</summary>
internal sealed class AddedColumns
{
    private readonly HashSet<string> _taken;
    private readonly List<(string, string)> _renamed = [];

    public AddedColumns(RowReader rows, LabelledTask task, bool withScores)
    {
        bool hasColumns = rows.RawFormat != RowFormat.Lines;
        _taken = new HashSet<string>(hasColumns ? rows.Columns : [], StringComparer.Ordinal);
        Predicted = Free("predicted");
        bool hasProbability = task is MulticlassTask or BinaryTask;
        Probability = hasProbability ? Free("probability") : "";
        bool isJson = rows.RawFormat == RowFormat.JsonLines;
        Scores = withScores && isJson ? Free("scores") : "";
        All =
        [
            Predicted, .. hasProbability ? [Probability] : Array.Empty<string>(),
            .. withScores && !isJson ? task.Classes.Select(Free) : [],
        ];
        Properties = new HashSet<string>(StringComparer.Ordinal) { Predicted };
        if (hasProbability)
        {
            Properties.Add(Probability);
        }

        if (Scores.Length > 0)
        {
            Properties.Add(Scores);
        }
    }

    public string Predicted { get; }

    public string Probability { get; }

    /// <summary>Of JSON, where all scores are one property.</summary>
    public string Scores { get; }

    /// <summary>Of a header line, in order.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>Of JSON.</summary>
    public HashSet<string> Properties { get; }

    /// <summary>Names that the rows had, and those in their place.</summary>
    public IReadOnlyList<(string Taken, string Instead)> Renamed => _renamed;

    private string Free(string usual)
    {
        string name = usual;
        for (int number = 2; !_taken.Add(name); number++)
        {
            name = FormattableString.Invariant($"{usual}_{number}");
        }

        if (name != usual)
        {
            _renamed.Add((usual, name));
        }

        return name;
    }
}
