using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Templates of tasks from a JSON file: by a task's name an object with <c>template</c> and, where they are not to be found from the rows,
/// <c>words</c> by label.
/// </summary>
internal sealed class TemplateFile
{
    private const string Expected = "expected is such as {\"sst2\": {\"template\": \"{text} It was {mask}.\", \"words\": "
        + "{\"positive\": \"great\", \"negative\": \"terrible\"}}}";

    private static readonly JsonSerializerOptions Format = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private readonly string _path;
    private readonly Dictionary<string, Entry> _entries;

    private TemplateFile(string path, Dictionary<string, Entry> entries) => (_path, _entries) = (path, entries);

    /// <exception cref="InvalidDataException">The file is none of templates.</exception>
    public static TemplateFile Read(string path)
    {
        try
        {
            return new TemplateFile(path, JsonSerializer.Deserialize<Dictionary<string, Entry>>(File.ReadAllBytes(path), Format) ?? []);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is no file of templates; {Expected}. {error.Message}", error);
        }
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

        string? problem = TemplateText.FindProblem(entry.Template);
        if (problem is null && TemplateText.Parse(entry.Template).ReadsPairs != arePairs)
        {
            problem = arePairs ? "has no {pair}, and rows have two texts" : "has {pair}, and rows have one text";
        }

        if (problem is not null)
        {
            throw Error(task, $"the template '{entry.Template}' {problem}; expected is {TemplateText.Expected}");
        }

        if (entry.Words is not { } words)
        {
            return new PromptTemplate { Text = entry.Template };
        }

        string[] without = [.. classes.Where(name => !words.ContainsKey(name))];
        string[] unknown = [.. words.Keys.Where(name => !classes.Contains(name, StringComparer.Ordinal))];
        return without.Length + unknown.Length > 0
            ? throw Error(task, without.Length > 0
                ? $"there is no word for {Names.Quote(without)}; expected are words for {Names.Quote([.. classes])}"
                : $"there are words for {Names.Quote(unknown)}; the labels are {Names.Quote([.. classes])}")
            : Verbalizers.FindProblem(words) is { } wrong
            ? throw Error(task, wrong)
            : new PromptTemplate { Text = entry.Template, Verbalizers = Verbalizers.From(words) };
    }

    private InvalidDataException Error(string task, string problem) => new($"'{_path}', {task}: {problem.TrimEnd('.')}.");

    private sealed record Entry(string Template, Dictionary<string, string>? Words = null);
}
