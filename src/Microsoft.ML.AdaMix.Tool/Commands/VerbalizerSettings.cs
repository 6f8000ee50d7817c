using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Words for the classes: on the command line as 1=great|good,0=terrible, or in a file.</summary>
internal static class VerbalizerSettings
{
    public const string Option = "--verbalizer";
    public const string FileOption = "--verbalizers";

    /// <param name="text">What the command line says; null for words of a file, or words that are found.</param>
    /// <param name="file">The file of words, or null.</param>
    /// <param name="task">Which classes there are; null while rows are not read.</param>
    /// <exception cref="UsageException">The text is none.</exception>
    /// <exception cref="InvalidDataException">The file is none, or words and classes do not fit.</exception>
    public static Verbalizers Parse(string? text, string? file, LabelledTask? task = null)
    {
        if (text is null && file is null)
        {
            return Verbalizers.Automatic;
        }

        string option = text is null ? FileOption : Option;
        Dictionary<string, string> words = text is null ? WordsJson.ReadFile(file!) : Read(text);
        if (Verbalizers.FindProblem(words) is { } problem)
        {
            throw text is null ? new InvalidDataException($"{option}, '{file}': {problem}") : new UsageException($"{option}: {problem}");
        }

        return Verbalizers.From(task is null ? words : Trained(words, option, task));
    }

    private static Dictionary<string, string> Read(string text)
    {
        Dictionary<string, string> words = new(StringComparer.Ordinal);
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.LastIndexOf('=');
            if (equals < 1)
            {
                throw new UsageException(
                    $"{Option} has '{part}'; expected a class and its word, or several, such as 1=great|good,0=terrible. Of a class with a "
                    + $"comma in its name a file has the words: {FileOption}.");
            }

            if (!words.TryAdd(part[..equals], part[(equals + 1)..]))
            {
                throw new UsageException(
                    $"{Option} has '{part}', and the same class before it; expected each class once, with | between its words.");
            }
        }

        return words;
    }

    // As the trainer calls the classes; what does not fit is told as it does, in the names of the files.
    private static Dictionary<string, string> Trained(Dictionary<string, string> words, string option, LabelledTask task)
    {
        Dictionary<string, string> trained = new(StringComparer.Ordinal);
        List<string> unknown = [];
        string[] classes = [.. task.Classes.Select(name => TrainedOf(task, name))];
        foreach ((string name, string word) in words)
        {
            string called = TrainedOf(task, name);
            if (!classes.Contains(called, StringComparer.Ordinal))
            {
                unknown.Add(name);
            }
            else if (!trained.TryAdd(called, word))
            {
                throw new InvalidDataException(
                    $"{option} names '{name}', and the same class before it; expected each class once, with | between its words.");
            }
        }

        string[] without = [.. task.Classes.Where((_, index) => !trained.ContainsKey(classes[index]))];
        if (without.Length + unknown.Count == 0)
        {
            return trained;
        }

        string hint = unknown.Count > 0 ? Suggestion.ForClass(unknown[0], task.Classes) : "";
        string comma = option == Option && without.Any(name => name.Contains(',', StringComparison.Ordinal))
            ? $" Of a class with a comma in its name a file has the words: {FileOption}."
            : "";
        throw new InvalidDataException(
            $"{option} {(without.Length > 0 ? $"has no word for {Names.Quote(without)}" : "")}"
            + $"{(without.Length > 0 && unknown.Count > 0 ? " and " : "")}{(unknown.Count > 0 ? $"names {Names.Quote(unknown)}" : "")};"
            + $" the classes are {Names.Quote([.. task.Classes])}, and each has a word.{hint}{comma}");
    }

    private static string TrainedOf(LabelledTask task, string name) =>
        task is BinaryTask binary ? binary.Trained(name) ?? name : Blanks.Trim(name);
}
