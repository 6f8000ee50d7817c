using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Templates of tasks from a JSON file: by a task's name an object with <c>template</c> and <c>words</c> by label. Without a template
/// the published one is taken, without words they are found from the rows.
/// </summary>
internal sealed class TemplateFile
{
    private const string TemplateMember = "template";
    private const string WordsMember = "words";
    private const string Expected = "expected is such as {\"sst2\": {\"template\": \"{text} It was {mask}.\", \"words\": "
        + "{\"positive\": \"great\", \"negative\": \"terrible\"}}}";

    private readonly string _path;
    private readonly Dictionary<string, Entry> _entries;

    private TemplateFile(string path, Dictionary<string, Entry> entries) => (_path, _entries) = (path, entries);

    /// <exception cref="InvalidDataException">The file is none of templates.</exception>
    public static TemplateFile Read(string path)
    {
        try
        {
            using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(path), WordsJson.Format);
            return file.RootElement is { ValueKind: JsonValueKind.Object } tasks
                ? new TemplateFile(path, tasks.EnumerateObject().ToDictionary(
                    task => task.Name, task => Read(task.Name, task.Value), StringComparer.Ordinal))
                : throw new FormatException($"It is {WordsJson.Kind(file.RootElement)}.");
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is no file of templates; {Expected}. {error.Message}", error);
        }
    }

    private static Entry Read(string task, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"'{task}' is {WordsJson.Kind(entry)}.");
        }

        string? template = null;
        Dictionary<string, string>? words = null;
        foreach (JsonProperty member in entry.EnumerateObject())
        {
            switch (member.Name)
            {
                case TemplateMember when member.Value.ValueKind == JsonValueKind.String:
                    template = member.Value.GetString();
                    break;
                case TemplateMember:
                    throw new FormatException($"The template of '{task}' is {WordsJson.Kind(member.Value)}; expected is a text.");
                case WordsMember:
                    words = WordsJson.Read(member.Value);
                    break;
                default:
                    string[] known = [TemplateMember, WordsMember];
                    throw new FormatException(
                        $"'{task}' has '{member.Name}'; expected are template and words.{Suggestion.For(member.Name, known)}");
            }
        }

        return template is null && words is null
            ? throw new FormatException($"'{task}' has neither template nor words.")
            : new Entry(template, words);
    }

    /// <summary>Names in it that are none of some tasks.</summary>
    public IEnumerable<string> Without(IEnumerable<string> tasks) => _entries.Keys.Except(tasks, StringComparer.Ordinal);

    /// <summary>The template of a task; null where the file has none.</summary>
    /// <exception cref="InvalidDataException">It does not fit the task.</exception>
    public PromptTemplate? Find(string task, IReadOnlyList<string> classes, bool arePairs)
    {
        if (!_entries.TryGetValue(task, out Entry? entry))
        {
            return null;
        }

        string template = entry.Template ?? KnownTemplates.For(task, classes, arePairs).Text;
        string? problem = TemplateText.FindProblem(template);
        if (problem is null && TemplateText.Parse(template).ReadsPairs != arePairs)
        {
            problem = arePairs ? "has no {pair}, and rows have two texts" : "has {pair}, and rows have one text";
        }

        if (problem is not null)
        {
            throw Error(task, $"the template {Quoted.Of(template)} {problem}; expected is {TemplateText.Expected}");
        }

        if (entry.Words is not { } words)
        {
            return new PromptTemplate { Text = template };
        }

        string[] without = [.. classes.Where(name => !words.ContainsKey(name))];
        string[] unknown = [.. words.Keys.Where(name => !classes.Contains(name, StringComparer.Ordinal))];
        return without.Length + unknown.Length > 0
            ? throw Error(task, without.Length > 0
                ? $"there is no word for {Names.Quote(without)}; expected are words for {Names.Quote([.. classes])}"
                : $"there are words for {Names.Quote(unknown)}; the labels are {Names.Quote([.. classes])}."
                    + Suggestion.ForClass(unknown[0], classes))
            : Verbalizers.FindProblem(words) is { } wrong
            ? throw Error(task, wrong)
            : new PromptTemplate { Text = template, Verbalizers = Verbalizers.From(words) };
    }

    private InvalidDataException Error(string task, string problem) => new($"'{_path}', {task}: {problem.TrimEnd('.')}.");

    private sealed record Entry(string? Template, Dictionary<string, string>? Words);
}
