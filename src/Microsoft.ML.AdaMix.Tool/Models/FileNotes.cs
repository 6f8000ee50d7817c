using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>What a model keeps of the files that it was trained on, so that other commands need not be told again.</summary>
/// <param name="Columns">Names of the columns; all null where the model says nothing.</param>
/// <param name="Separator">Between the labels of a row; null where the model has one a row, or says nothing.</param>
internal sealed record FileNotes(ColumnNames Columns, string? Separator)
{
    private const string Task = "task";
    private const string Label = "label";
    private const string Text = "text";
    private const string Pair = "pair";
    private const string Weight = "weight";
    private const string Positive = "positive";
    private const string LabelSeparator = "separator";

    /// <summary>For <see cref="TrainingRecord.Notes"/>.</summary>
    public static IReadOnlyDictionary<string, string> Write(LabelledTask task, ColumnNames columns, string separator)
    {
        (string Key, string? Value)[] notes =
        [
            (Task, task.Name),
            (Label, columns.Label),
            (Text, columns.Text),
            (Pair, columns.Pair),
            (Weight, columns.Weight),
            (Positive, task is BinaryTask ? task.Classes[^1] : null),
            (LabelSeparator, task is MultiLabelTask ? separator : null),
        ];
        return notes.Where(note => note.Value is not null).ToDictionary(note => note.Key, note => note.Value!, StringComparer.Ordinal);
    }

    /// <summary>What a model's training noted.</summary>
    public static FileNotes Read(TrainingRecord? training)
    {
        string? Note(string key) => training?.Notes.GetValueOrDefault(key);
        return new FileNotes(new ColumnNames { Label = Note(Label), Text = Note(Text), Pair = Note(Pair) }, Note(LabelSeparator));
    }
}
