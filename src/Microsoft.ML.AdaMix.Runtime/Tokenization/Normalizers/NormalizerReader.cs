using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Tokenization.Characters;
using Microsoft.ML.AdaMix.Tokenization.Files;
using Microsoft.ML.AdaMix.Tokenization.Patterns;

namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>Reads the normalizer of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    private static readonly CharacterSet Marks = CharacterTables.Set("mark");
    private static readonly CharacterSet Gone = CharacterTables.Set("nmt.gone");
    private static readonly CharacterSet Blank = CharacterTables.Set("nmt.blank");

    /// <param name="normalizer">Null for none.</param>
    /// <param name="config">What tokenizer_config.json says of BERT's switches, which counts more.</param>
    /// <exception cref="InvalidDataException">It is damaged or not supported.</exception>
    public static INormalizer? Read(JsonPart? normalizer, BertSwitches config) =>
        normalizer is { } part ? ReadPart(part, config, depth: 0) : null;

    private static INormalizer ReadPart(JsonPart part, BertSwitches config, int depth) => part.Type switch
    {
        "Sequence" when depth < 10 =>
            new NormalizerSequence([.. part.Parts("normalizers").Select(inner => ReadPart(inner, config, depth + 1))]),
        "BertNormalizer" => Bert(part, config),
        "Strip" => new StripNormalizer(part.Flag("strip_left", true), part.Flag("strip_right", true)),
        "StripAccents" => new TextNormalizer(text => Without(text, Marks)),
        "NFC" => new TextNormalizer(text => NormalForm.Compose(text, isCompatible: false)),
        "NFKC" => new TextNormalizer(text => NormalForm.Compose(text, isCompatible: true)),
        "NFD" => new TextNormalizer(text => NormalForm.Decompose(text, isCompatible: false)),
        "NFKD" => new TextNormalizer(text => NormalForm.Decompose(text, isCompatible: true)),
        "Lowercase" => new TextNormalizer(CharacterMap.LowerCase.Replace),
        "Nmt" => new TextNormalizer(Nmt),
        "ByteLevel" => new TextNormalizer(text => ByteCharacters.Encode(text)),
        "Prepend" => new PrependNormalizer(part.Text("prepend") ?? throw part.Refuse("has no prepend")),
        "Replace" => new ReplaceNormalizer(
            PatternJson.Read(part), part.Text("content") ?? throw part.Refuse("has no content")),
        "Precompiled" => Precompiled(part),
        _ => throw part.NotSupported(),
    };

    /// <summary>BERT's, with what tokenizer_config.json says of it.</summary>
    public static BertNormalizer Bert(JsonPart part, BertSwitches config)
    {
        bool lower = config.LowerCase ?? part.Flag("lowercase", true);
        return new BertNormalizer(
            CleansText: part.Flag("clean_text", true),
            SplitsChinese: config.SplitsChinese ?? part.Flag("handle_chinese_chars", true),
            StripsAccents: config.StripsAccents ?? part.OptionalFlag("strip_accents") ?? lower,
            LowersCase: lower);
    }

    private static Charsmap Precompiled(JsonPart part)
    {
        string text = part.Value("precompiled_charsmap", JsonValueKind.String)?.GetString()
            ?? throw part.Refuse("has no precompiled_charsmap");
        try
        {
            return new Charsmap(Convert.FromBase64String(text), part.Source);
        }
        catch (FormatException error)
        {
            throw part.Refuse($"has a precompiled_charsmap that is no base64 ({error.Message})");
        }
    }

    /// <summary>The text without the characters of a set.</summary>
    public static string Without(string text, CharacterSet set)
    {
        StringBuilder kept = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!set.Contains(rune.Value))
            {
                kept.AppendRune(rune);
            }
        }

        return kept.Length == text.Length ? text : kept.ToString();
    }

    private static string Nmt(string text)
    {
        StringBuilder kept = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!Gone.Contains(rune.Value))
            {
                kept.AppendRune(Blank.Contains(rune.Value) ? new Rune(' ') : rune);
            }
        }

        return kept.ToString();
    }
}

/// <summary>Switches of BERT's normalizer as tokenizer_config.json has them; null where it is silent.</summary>
internal readonly record struct BertSwitches(bool? LowerCase, bool? StripsAccents, bool? SplitsChinese);
