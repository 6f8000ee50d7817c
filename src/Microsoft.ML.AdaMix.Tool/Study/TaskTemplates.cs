using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>The template of each task of a study: from a file, published, or one with words from its rows.</summary>
/// <param name="templates">Of each task, and where it is from.</param>
internal sealed class TaskTemplates(Dictionary<DataReference, (PromptTemplate Template, string From)> templates)
{
    /// <summary>Where published ones are from.</summary>
    public const string Published = "as published";

    /// <param name="data">The tasks.</param>
    /// <param name="file">Templates that go before others; null for none.</param>
    /// <param name="warn">Hears of templates that no task has.</param>
    /// <exception cref="InvalidDataException">A template of the file does not fit its task.</exception>
    public static TaskTemplates Of(IReadOnlyList<StudyData> data, TemplateFile? file, Action<string> warn)
    {
        string[] unused = [.. file?.Without(data.Select(set => set.Reference.Name)) ?? []];
        if (unused.Length > 0)
        {
            warn($"--templates has templates of {Names.Quote(unused)}, which --data does not name.");
        }

        return new TaskTemplates(data.ToDictionary(set => set.Reference, set =>
        {
            (string name, IReadOnlyList<string> classes, bool pairs) = (set.Reference.Name, set.Task.Classes, set.Training.ArePairs);
            if (file?.Find(name, classes, pairs) is { } given)
            {
                return (given, "from --templates");
            }

            PromptTemplate known = KnownTemplates.For(name, classes, pairs);
            return (known, known.Verbalizers.Equals(Verbalizers.Automatic) ? "none is known for these labels" : Published);
        }));
    }

    public PromptTemplate Find(DataReference data) =>
        templates.TryGetValue(data, out (PromptTemplate Template, string From) found) ? found.Template : new PromptTemplate();

    /// <summary>A sentence a task.</summary>
    public IEnumerable<string> Describe()
    {
        foreach ((DataReference data, (PromptTemplate template, string from)) in templates)
        {
            string words = template.Verbalizers.Given is { } given
                ? string.Join(", ", given.OrderBy(word => word.Key, StringComparer.Ordinal).Select(word => $"{word.Key} = {word.Value}"))
                : "words found from the training rows";
            yield return $"{data.Name}: template '{template.Text}', {words} ({from}).";
        }
    }
}
