using Microsoft.ML.AdaMix.Tokenization.Characters;
using Microsoft.ML.AdaMix.Tokenization.Files;
using Microsoft.ML.AdaMix.Tokenization.Patterns;

namespace Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

/// <summary>Reads the pre_tokenizer of a tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    /// <param name="preTokenizer">Null for none.</param>
    /// <param name="addPrefixSpace">What tokenizer_config.json says, which counts more for ByteLevel; null where it is silent.</param>
    /// <exception cref="InvalidDataException">It is damaged or not supported.</exception>
    public static IPreTokenizer? Read(JsonPart? preTokenizer, bool? addPrefixSpace) =>
        preTokenizer is { } part ? ReadPart(part, addPrefixSpace, depth: 0) : null;

    private static IPreTokenizer ReadPart(JsonPart part, bool? addPrefixSpace, int depth) => part.Type switch
    {
        "Sequence" when depth < 10 =>
            new PreTokenizerSequence([.. part.Parts("pretokenizers").Select(inner => ReadPart(inner, addPrefixSpace, depth + 1))]),
        "BertPreTokenizer" => BertSplitter.Instance,
        "ByteLevel" => ByteLevel(part, addPrefixSpace),
        "CharDelimiterSplit" => new PatternSplitter(
            new CharacterPattern(CharacterSet.Of(Character(part, "delimiter"))), SplitBehavior.Removed),
        "Digits" => PatternSplitter.Digits(part.Flag("individual_digits", false)),
        "Metaspace" => Metaspace(part),
        "Punctuation" => PatternSplitter.Punctuation(Behavior(part, SplitBehavior.Isolated)),
        "Split" => Split(part),
        "UnicodeScripts" => new ScriptSplitter(),
        "Whitespace" => PatternSplitter.WordsAndOther,
        "WhitespaceSplit" => PatternSplitter.WhiteSpace,
        _ => throw part.NotSupported(),
    };

    private static PatternSplitter Split(JsonPart part)
    {
        IPattern pattern = PatternJson.Read(part);
        SplitBehavior behavior = Behavior(part, null);
        bool splitsAtBlanks = pattern is RegexPattern { SplitsAtBlanks: true }
            && behavior is SplitBehavior.Isolated or SplitBehavior.Removed;
        return new(part.Flag("invert", false) ? new InvertedPattern(pattern) : pattern, behavior, splitsAtBlanks);
    }

    /// <summary>GPT-2's, with what tokenizer_config.json says of it.</summary>
    public static ByteLevelSplitter ByteLevel(JsonPart part, bool? addPrefixSpace) =>
        new(addPrefixSpace ?? part.Flag("add_prefix_space", true), part.Flag("use_regex", true));

    private static MetaspaceSplitter Metaspace(JsonPart part) => new(
        char.ConvertFromUtf32(Character(part, "replacement")), Prefix(part), part.Flag("split", true));

    /// <summary>Which words Metaspace marks. Older files have add_prefix_space instead of prepend_scheme.</summary>
    /// <exception cref="InvalidDataException">Both are there and contradict each other.</exception>
    public static MetaspacePrefix Prefix(JsonPart part)
    {
        string? scheme = part.Text("prepend_scheme");
        bool? addsPrefix = part.OptionalFlag("add_prefix_space");
        MetaspacePrefix prefix = scheme switch
        {
            null => addsPrefix == false ? MetaspacePrefix.Never : MetaspacePrefix.Always,
            "always" => MetaspacePrefix.Always,
            "first" => MetaspacePrefix.First,
            "never" => MetaspacePrefix.Never,
            _ => throw part.Refuse($"has the prepend_scheme '{scheme}'; always, first or never is expected"),
        };
        return scheme is not null && addsPrefix == false && prefix != MetaspacePrefix.Never
            ? throw part.Refuse($"has add_prefix_space = false and the prepend_scheme '{scheme}', which contradict each other")
            : prefix;
    }

    private static SplitBehavior Behavior(JsonPart part, SplitBehavior? otherwise) =>
        part.Text("behavior") is not { } name ? otherwise ?? throw part.Refuse("has no behavior")
        : Enum.TryParse(name, out SplitBehavior behavior) && Enum.IsDefined(behavior) && char.IsAsciiLetterUpper(name[0]) ? behavior
        : throw part.Refuse($"has the behavior '{name}'; one of {string.Join(", ", Enum.GetNames<SplitBehavior>())} is expected");

    private static int Character(JsonPart part, string key)
    {
        string text = part.RequiredText(key);
        return text.EnumerateRunes().Count() == 1
            ? char.ConvertToUtf32(text, 0)
            : throw part.Refuse($"has {key} = '{text}'; one character is expected");
    }
}
