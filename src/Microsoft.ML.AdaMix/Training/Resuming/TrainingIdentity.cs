using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>
/// What a training is: data, encoder, options that change what is learned, each by a name and a short text. A checkpoint goes on only with
/// its own.
/// </summary>
/// <param name="Facts">By name.</param>
internal sealed record TrainingIdentity(SortedDictionary<string, string> Facts)
{
    /// <summary>The fact that tells people which encoder it is; another name of the same encoder is no difference.</summary>
    public const string EncoderName = "encoder name";

    /// <summary>Which of several trainings it is, where it learns from guesses.</summary>
    public const string Round = "round of self-training";

    /// <summary>How many guesses.</summary>
    public const string Guesses = "number of guesses";

    /// <summary>What facts of rows begin with that have no label.</summary>
    public const string Unlabelled = "unlabelled";

    private const string Encoder = "encoder";
    private const string MethodName = "Method.Name";
    private const string TemplatePath = "Template.";
    private const string TemplateText = TemplatePath + "Text";
    private const string Words = TemplatePath + "Verbalizers";
    private const string WindowsPath = "LongTexts.";
    private const string Combination = WindowsPath + "Combine";

    // Texts are told apart by their tokens, which follow from these too.
    private static readonly string[] MakesTokens = [Encoder, "MaxLength", "Seed", "SpecialTokensInText"];

    /// <summary>What facts mean that are missing because an earlier version had no such option, by name.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Missing { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>What is different in another training, for messages; empty where nothing is.</summary>
    /// <param name="now">The other one.</param>
    public string DifferencesFrom(TrainingIdentity now)
    {
        List<string> different = [.. Facts.Keys.Union(now.Facts.Keys, StringComparer.Ordinal)
            .Where(fact => fact != EncoderName && Facts.GetValueOrDefault(fact) != now.Facts.GetValueOrDefault(fact))];
        if (different.Contains(MethodName, StringComparer.Ordinal))
        {
            different.RemoveAll(fact => fact != MethodName && fact.StartsWith("Method.", StringComparison.Ordinal)); // its own options
        }

        if (different.Exists(fact => MakesTokens.Contains(fact, StringComparer.Ordinal) || IsOfTemplate(fact) || IsOfWindows(fact)))
        {
            different.RemoveAll(fact => IsOfRows(fact) && fact.EndsWith(" texts", StringComparison.Ordinal));
        }

        if (Facts.ContainsKey(Combination) != now.Facts.ContainsKey(Combination))
        {
            different.RemoveAll(fact => fact != Combination && IsOfWindows(fact)); // of the one that has windows
        }

        if (different.Count > 1)
        {
            different.Remove(Guesses); // follows from the others
        }

        string[] rows = [.. different.Where(IsOfRows)];
        string[] template = [.. different.Where(IsOfTemplate)];
        IEnumerable<string> told = different.Except(rows, StringComparer.Ordinal).Except(template, StringComparer.Ordinal).Select(
            fact => $"{(fact == MethodName ? "Method" : fact)} is {Tell(Facts, fact, now.Missing)} there and "
                + $"{Tell(now.Facts, fact, now.Missing)} now")
            .Concat(TellTemplate(template, now));
        return string.Join("; ", told.Concat(rows.GroupBy(KindOf, StringComparer.Ordinal).Select(kind => TellRows(kind, now))));
    }

    /// <summary>Names the training in a folder of many.</summary>
    public string ShortHash() => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
            '\n', Facts.Where(fact => fact.Key != EncoderName).Select(fact => $"{fact.Key}={fact.Value}")))))[..16];

    // training texts, validation labels, unlabelled rows
    private static bool IsOfRows(string fact) => fact.Split(' ') is ["training" or "validation" or Unlabelled, _];

    private static string KindOf(string fact) => fact.Split(' ')[0];

    private static bool IsOfWindows(string fact) => fact.StartsWith(WindowsPath, StringComparison.Ordinal);

    // Options, which have capitals, are not told where they have their default; those of windows always, where there are some.
    private static string Tell(
        SortedDictionary<string, string> facts, string fact, IReadOnlyDictionary<string, string>? missing = null) =>
        fact == Encoder && facts.TryGetValue(EncoderName, out string? name) && facts.TryGetValue(Encoder, out string? sha256)
            ? $"'{name}' (SHA-256 {sha256})"
        : (facts.GetValueOrDefault(fact) ?? missing?.GetValueOrDefault(fact))?.Trim('"')
            ?? (char.IsUpper(fact[0]) && !IsOfWindows(fact) ? "the default" : "none");

    private static bool IsOfTemplate(string fact) => fact.StartsWith(TemplatePath, StringComparison.Ordinal);

    // Words are told by themselves: as facts their classes have lost their case.
    private IEnumerable<string> TellTemplate(string[] different, TrainingIdentity now)
    {
        if (Facts.ContainsKey(TemplateText) != now.Facts.ContainsKey(TemplateText))
        {
            return different.Length == 0 ? [] : [$"Template is {Text(this)} there and {Text(now)} now"];
        }

        string[] words = [.. different.Where(fact => fact.StartsWith(Words, StringComparison.Ordinal))];
        IEnumerable<string> told = different.Except(words, StringComparer.Ordinal).Select(
            fact => $"{fact} is {Tell(Facts, fact)} there and {Tell(now.Facts, fact)} now");
        return words.Length == 0 ? told : told.Append($"{Words} has {Given(this)} there and {Given(now)} now");

        static string Text(TrainingIdentity training) =>
            training.Facts.ContainsKey(TemplateText) ? $"'{Tell(training.Facts, TemplateText)}'" : "none";

        string Given(TrainingIdentity training)
        {
            string[] given = [.. words.Where(training.Facts.ContainsKey).Select(fact => $"'{Tell(training.Facts, fact)}'")];
            return given.Length == 0 ? "none of these" : string.Join(", ", given);
        }
    }

    private string TellRows(IGrouping<string, string> different, TrainingIdentity now)
    {
        string count = different.Key + " rows";
        return different.Contains(count, StringComparer.Ordinal)
            ? $"there were {Tell(Facts, count)} {count}, and there are {Tell(now.Facts, count)} now"
            : $"the {count} are as many with other {string.Join(" and ", different.Select(fact => fact.Split(' ')[1]))}, or in another "
                + "order";
    }
}
