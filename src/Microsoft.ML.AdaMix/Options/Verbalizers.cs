using System.Collections.Frozen;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>The words that stand for the classes at a template's mask (verbalisers).</summary>
/// <remarks>Immutable.</remarks>
[JsonConverter(typeof(OptionConverter<Verbalizers, VerbalizersFormat>))]
public sealed class Verbalizers : IEquatable<Verbalizers>
{
    /// <summary>What stands between several words of a class.</summary>
    internal const char Separator = '|';

    private Verbalizers(FrozenDictionary<string, string>? given) => Given = given;

    /// <summary>
    /// Found from the training rows: for each class words that the encoder expects at the mask of its rows more than of the others'.
    /// </summary>
    public static Verbalizers Automatic { get; } = new(null);

    internal IReadOnlyDictionary<string, string>? Given { get; }

    /// <summary>Given words.</summary>
    /// <param name="words">
    /// The word of each class, by class as text, "true" and "false" for binary classification; several words of a class with <c>|</c>
    /// between them: <c>great|good</c>. Words may have several tokens. Copied.
    /// </param>
    /// <exception cref="ArgumentException">There is none, one is blank, or a word stands for two classes.</exception>
    public static Verbalizers From(IReadOnlyDictionary<string, string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return FindProblem(words) is { } problem
            ? throw new ArgumentException(problem, nameof(words))
            : new Verbalizers(words.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The words of a class.</summary>
    internal static string[] Split(string words) => words.Split(Separator, StringSplitOptions.TrimEntries);

    /// <summary>What is wrong with words by class; null for nothing.</summary>
    internal static string? FindProblem(IReadOnlyDictionary<string, string> words)
    {
        Dictionary<string, string> classes = new(StringComparer.Ordinal);
        foreach ((string name, string joined) in words)
        {
            foreach (string word in Split(joined ?? string.Empty))
            {
                if (word.Length == 0)
                {
                    return $"The verbalizer of class '{name}' is '{joined}'; expected a word, or several with {Separator} between them.";
                }

                if (!classes.TryAdd(word, name))
                {
                    return classes[word] == name
                        ? $"The verbalizer '{word}' of class '{name}' stands twice; expected it once."
                        : $"The verbalizer '{word}' stands for the classes '{classes[word]}' and '{name}'; expected different words.";
                }
            }
        }

        return words.Count == 0 ? "There is no verbalizer; expected a word for each class." : null;
    }

    /// <summary>Whether the same words are given.</summary>
    public bool Equals(Verbalizers? other) => other is not null && (Given, other.Given) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        var (mine, others) => mine.Count == others.Count
            && mine.All(words => others.TryGetValue(words.Key, out string? same) && same == words.Value),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Verbalizers);

    /// <inheritdoc/>
    public override int GetHashCode() => Given?.Count ?? 0;
}
