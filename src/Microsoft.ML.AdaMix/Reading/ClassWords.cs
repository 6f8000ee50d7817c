using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>The words that stand for the classes at a template's mask.</summary>
/// <param name="Ids">For each class the token ids of its words.</param>
/// <param name="Names">For each class its words, as <see cref="Verbalizers"/> writes them.</param>
internal sealed record ClassWords(int[][][] Ids, string[] Names)
{
    private const int MostNames = 5;

    /// <summary>Masks that the longest word takes.</summary>
    public int Masks => Ids.Max(words => words.Max(word => word.Length));

    /// <summary>The first word that takes so many.</summary>
    public string Longest => Ids.Zip(Names, (ids, names) => ids.Zip(Verbalizers.Split(names))).SelectMany(words => words)
        .MaxBy(word => word.First.Length).Second;

    /// <summary>Given words as tokens.</summary>
    /// <param name="given">By class.</param>
    /// <param name="classes">All classes, in their order.</param>
    /// <param name="template">What the words stand in.</param>
    /// <param name="tokenizer">The encoder's.</param>
    /// <exception cref="ArgumentException">A class has no word, there is no such class, or a word has no token of its own.</exception>
    public static ClassWords Find(
        IReadOnlyDictionary<string, string> given, string[] classes, TemplateText template, FramedTokenizer tokenizer)
    {
        Require(given.Keys.Except(classes, StringComparer.Ordinal), "names", classes);
        Require(classes.Except(given.Keys, StringComparer.Ordinal), "has no word for", classes);
        Dictionary<string, string> taken = new(StringComparer.Ordinal);
        int[][][] ids = Array.ConvertAll(classes, name => Array.ConvertAll(Verbalizers.Split(given[name]), word =>
        {
            int[] tokens = TemplateTokenizer.WordIds(tokenizer, template, word);
            if (tokens.Length == 0 || (tokenizer.Special.Unknown is { } unknown && tokens.Contains(unknown)))
            {
                throw new ArgumentException(
                    $"Template.Verbalizers has '{word}' for '{name}', which the encoder's tokenizer has no token for; take another.");
            }

            string key = string.Join(' ', tokens);
            return taken.TryAdd(key, word) ? tokens : throw new ArgumentException(
                $"Template.Verbalizers has '{word}' for '{name}' and '{taken[key]}', which are the same to the encoder's tokenizer; take "
                + "different words.");
        }));
        return new ClassWords(ids, Array.ConvertAll(classes, name => given[name]));
    }

    private static void Require(IEnumerable<string> wrong, string how, string[] classes)
    {
        string[] names = [.. wrong];
        if (names.Length > 0)
        {
            throw new ArgumentException(
                $"Template.Verbalizers {how} {List(names)}; the classes are {List(classes)}, and each has a word.");
        }
    }

    private static string List(string[] names) =>
        $"{string.Join(", ", names.Take(MostNames).Select(name => $"'{name}'"))}{(names.Length > MostNames ? ", ..." : "")}";
}
