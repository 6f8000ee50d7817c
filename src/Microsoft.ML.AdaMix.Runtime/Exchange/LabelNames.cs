using System.Globalization;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>The task of a head, and the names of its outputs.</summary>
internal static class LabelNames
{
    private const string Text = "text";
    private const int MostNames = 8;
    private const string Option = nameof(AdapterImportOptions) + "." + nameof(AdapterImportOptions.Labels);

    /// <summary>The names in the order of their ids, from <c>id2label</c>.</summary>
    /// <exception cref="InvalidDataException">The ids are not 0 and so on.</exception>
    public static string[] OfIds(ForeignConfig labels) => [.. labels.Members.Select((_, id) =>
        labels.Text(id.ToString(CultureInfo.InvariantCulture))
            ?? throw labels.Refuse(id.ToString(CultureInfo.InvariantCulture), "a name for each id from 0", "The file is damaged"))];

    /// <summary>Likewise from <c>label2id</c>.</summary>
    /// <exception cref="InvalidDataException">The ids are not 0 and so on.</exception>
    public static string[] OfNames(ForeignConfig config, string key)
    {
        (string Name, double Number)[] labels = [.. config.Numbers(key).OrderBy(label => label.Number)];
        return labels.Select(label => label.Number).SequenceEqual(Enumerable.Range(0, labels.Length).Select(id => (double)id))
            ? Array.ConvertAll(labels, label => label.Name)
            : throw config.Refuse(key, "the ids from 0, each once", "The file is damaged");
    }

    /// <summary>The first names, for messages.</summary>
    public static string Told(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNames).Select(name => Quoted.Of(Visible.Of(name))))
        + (names.Count > MostNames ? ", ..." : string.Empty);

    /// <summary>The task that a head of so many outputs has, where transformers calls it by a name or by none.</summary>
    /// <exception cref="InvalidDataException">It is a task that is not known here.</exception>
    public static TextTask Task(string? problemType, int outputs, string file) => (problemType, outputs) switch
    {
        ("multi_label_classification", _) => TextTask.MultiLabel,
        (null or "regression", 1) => TextTask.Regression,
        (null or "single_label_classification", _) => TextTask.Multiclass,
        _ => throw new InvalidDataException(
            $"'{file}' is for the task '{Visible.Of(problemType!)}' with {Counts.Of(outputs, "output")}; read are classification, "
            + "multi-label classification, and regression of one number."),
    };

    /// <summary>
    /// The names of a head's outputs: those that were given, those of the files if they are as many, or LABEL_0 and so on.
    /// </summary>
    /// <exception cref="ArgumentException">Not as many were given as the head has outputs, or one twice.</exception>
    /// <exception cref="InvalidDataException">The files have one twice.</exception>
    public static LabelKeys For(TextTask task, int outputs, IReadOnlyList<string>? given, string[]? inFiles)
    {
        if (given is not null && (given.Count != outputs || task == TextTask.Regression))
        {
            throw new ArgumentException(
                $"Given {(given.Count == 1 ? "is" : "are")} {Counts.Of(given.Count, "label")}; expected are "
                + $"{(task == TextTask.Regression ? "none for regression" : $"{outputs}, the head's outputs in the order of their ids")} "
                + $"({Option}).");
        }

        string[] names = given is not null ? [.. given]
            : inFiles?.Length == outputs ? inFiles
            : [.. Enumerable.Range(0, outputs).Select(id => FormattableString.Invariant($"LABEL_{id}"))];
        string? twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return task == TextTask.Regression ? LabelKeys.Numbered(1)
            : twice is null ? LabelKeys.Restore(outputs, Text, names)
            : given is not null
                ? throw new ArgumentException($"The label {Quoted.Of(twice)} is there twice; expected are different ones ({Option}).")
            : throw new InvalidDataException(
                $"The labels of the encoder or the adapter have {Quoted.Of(Visible.Of(twice))} twice. Give others ({Option}).");
    }
}
