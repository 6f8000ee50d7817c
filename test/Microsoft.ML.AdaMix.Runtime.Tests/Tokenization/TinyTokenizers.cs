using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;

/// <summary>Tokenizer files made in code, small enough to know the ids by heart.</summary>
internal static class TinyTokenizers
{
    public const string Source = "tiny";

    /// <summary>Specials from 0 on; byte b has the id 5 + b; then the tokens that the merges make.</summary>
    public static readonly string[] RobertaSpecials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];

    public static readonly string[] BertSpecials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>GPT-2's characters that stand for the 256 bytes.</summary>
    public static readonly char[] ByteCharacters = MakeByteCharacters();

    public static TokenizerFiles Files(params (string Name, string Content)[] files) =>
        new(Source, files.ToDictionary(file => file.Name, file => Encoding.UTF8.GetBytes(file.Content), StringComparer.Ordinal));

    /// <summary>A vocab.json of specials, bytes and what the merges make.</summary>
    public static string VocabJson(params string[] merges) => JsonSerializer.Serialize(RobertaIds(merges));

    public static Dictionary<string, int> RobertaIds(params string[] merges) => RobertaSpecials
        .Concat(ByteCharacters.Select(character => character.ToString()))
        .Concat(merges.Select(merge => merge.Replace(" ", string.Empty, StringComparison.Ordinal)))
        .Distinct(StringComparer.Ordinal)
        .Select((token, id) => (token, id))
        .ToDictionary(entry => entry.token, entry => entry.id, StringComparer.Ordinal);

    public static string MergesText(params string[] merges) => "#version: 0.2\n" + string.Join('\n', merges) + "\n";

    public static TokenizerFiles Roberta(string config, params string[] merges) =>
        Files(("vocab.json", VocabJson(merges)), ("merges.txt", MergesText(merges)), ("tokenizer_config.json", config));

    public static string VocabText(params string[] words) => string.Join('\n', (string[])[.. BertSpecials, .. words]) + "\n";

    public static TokenizerFiles Bert(string config, params string[] words) =>
        Files(("vocab.txt", VocabText(words)), ("tokenizer_config.json", config));

    /// <summary>The ids between the first and the last, which are special.</summary>
    public static int[] Inner(this ITextTokenizer tokenizer, string text) => tokenizer.Encode(text, null, int.MaxValue).Ids[1..^1];

    /// <summary>What a BERT tokenizer makes of a text, as tokens.</summary>
    public static string BertTokens(string config, string text, params string[] words)
    {
        string[] vocabulary = [.. BertSpecials, .. words];
        return string.Join(' ',
            TextTokenizer.Create(Bert(config, words), EncoderFamily.Bert, specialTokensInText: false).Inner(text).Select(
                id => vocabulary[id]));
    }

    /// <summary>What a RoBERTa tokenizer makes of a text, as tokens.</summary>
    public static string RobertaTokens(TokenizerFiles files, string text, bool specialTokensInText, params string[] merges)
    {
        Dictionary<int, string> vocabulary = RobertaIds(merges).ToDictionary(entry => entry.Value, entry => entry.Key);
        return string.Join(
            ' ', TextTokenizer.Create(files, EncoderFamily.Roberta, specialTokensInText).Inner(text).Select(id => vocabulary[id]));
    }

    /// <summary>Not tiny: the embedded encoder's, from the repository.</summary>
    public static TokenizerFiles RobertaMini()
    {
        string folder = Path.Combine(Reference.Repository, "src", "Microsoft.ML.AdaMix.RobertaMini", "content");
        return new TokenizerFiles("roberta-mini", TokenizerFiles.Names.Where(name => File.Exists(Path.Combine(folder, name)))
            .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name)), StringComparer.Ordinal));
    }

    private static char[] MakeByteCharacters()
    {
        char[] characters = new char[256];
        char next = (char)256;
        for (int value = 0; value < 256; value++)
        {
            bool prints = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = prints ? (char)value : next++;
        }

        return characters;
    }
}
