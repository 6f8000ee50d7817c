using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Words for the classes as the command line writes them: 1=great|good,0=terrible.</summary>
internal static class VerbalizerSettings
{
    public const string Option = "--verbalizer";

    /// <param name="text">What the command line says; null for words that are found.</param>
    /// <param name="task">Which classes there are; null while rows are not read.</param>
    /// <exception cref="UsageException">The text is none, or its words or classes do not fit.</exception>
    public static Verbalizers Parse(string? text, LabelledTask? task = null)
    {
        if (text is null)
        {
            return Verbalizers.Automatic;
        }

        Dictionary<string, string> words = new(StringComparer.Ordinal);
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.LastIndexOf('=');
            if (equals < 1)
            {
                throw new UsageException(
                    $"{Option} has '{part}'; expected a class and its word, or several, such as 1=great|good,0=terrible.");
            }

            if (!words.TryAdd(task?.TrainedName(part[..equals], Option) ?? part[..equals], part[(equals + 1)..]))
            {
                throw new UsageException(
                    $"{Option} has '{part}', and the same class before it; expected each class once, with | between its words.");
            }
        }

        if (Verbalizers.FindProblem(words) is { } problem)
        {
            throw new UsageException($"{Option}: {problem}");
        }

        return task is null ? Verbalizers.From(words) : RequireAll(words, task);
    }

    // As the trainer does, in the names of the files.
    private static Verbalizers RequireAll(Dictionary<string, string> words, LabelledTask task)
    {
        string[] trained = task is BinaryTask ? ["false", "true"] : [.. task.Classes];
        string[] without = [.. task.Classes.Where((_, index) => !words.ContainsKey(trained[index]))];
        string[] unknown = [.. words.Keys.Except(trained, StringComparer.Ordinal)];
        return without.Length + unknown.Length == 0 ? Verbalizers.From(words) : throw new UsageException(
            $"{Option} {(without.Length > 0 ? $"has no word for {Names.Quote(without)}" : "")}"
            + $"{(without.Length > 0 && unknown.Length > 0 ? " and " : "")}{(unknown.Length > 0 ? $"names {Names.Quote(unknown)}" : "")};"
            + $" the classes are {Names.Quote([.. task.Classes])}, and each has a word.");
    }
}
