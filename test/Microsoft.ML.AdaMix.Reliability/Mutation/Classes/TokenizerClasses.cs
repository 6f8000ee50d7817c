using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Export;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>
/// Tokenizers' files, in the input one after the other, each behind a line with its length and name. What is accepted gives ids that the
/// encoder has, among them a special token, and is the same tokenizer when it is exported and read again.
/// </summary>
internal abstract class TokenizerClass(EncoderFamily family) : FileClass
{
    private static readonly string[] Texts = ["ab a", "c \ud83d\ude00 b\u0301", "</s> [SEP] a"];

    public override string? Read(byte[] file)
    {
        TokenizerFiles files = Unpack(file);
        LoadedEncoder encoder = TinyModel.Encoder with
        {
            Config = TinyModel.Config with { Family = family, VocabularySize = TinyModel.Tokens.Length },
            Tokenizer = files,
        };
        FramedTokenizer tokenizer = TextTokenizer.ForEncoder(encoder, specialTokensInText: false);
        foreach (string text in Texts)
        {
            int[] ids = tokenizer.Encode(text, null, 10).Ids;
            if (ids.Length is < 1 or > 10 || Array.Exists(ids, id => id < 0 || id >= TinyModel.Tokens.Length))
            {
                return $"'{text}' becomes [{string.Join(' ', ids)}]";
            }
        }

        return Exported(files);
    }

    /// <summary>Puts files into one input.</summary>
    protected static byte[] Pack(params (string Name, byte[] Content)[] files) =>
        [.. files.SelectMany(file => (byte[])[.. Encoding.UTF8.GetBytes($"{file.Content.Length} {file.Name}\n"), .. file.Content])];

    private static TokenizerFiles Unpack(byte[] input)
    {
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        int position = 0;
        while (position < input.Length)
        {
            int end = Array.IndexOf(input, (byte)'\n', position);
            string[] line = Encoding.UTF8.GetString(input, position, end - position).Split(' ');
            int length = int.Parse(line[0], System.Globalization.CultureInfo.InvariantCulture);
            files.Add(line[1], input[(end + 1)..(end + 1 + length)]);
            position = end + 1 + length;
        }

        return new TokenizerFiles("x", files);
    }

    private string? Exported(TokenizerFiles files)
    {
        EncoderConfig config = TinyModel.Config with { Family = family };
        TunedModel model = TinyModel.Model.Tuned with { Encoder = TinyModel.Encoder with { Config = config, Tokenizer = files } };
        Vocabulary read = TokenizerReader.Read(files, family).WholeVocabulary();
        Dictionary<string, byte[]> exported = TokenizerExport.Files(model);
        Vocabulary again = TokenizerReader.Read(
            new TokenizerFiles("exported", new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                ["tokenizer.json"] = exported["tokenizer.json"],
            }),
            family).WholeVocabulary();
        return read.Ids.Count != again.Ids.Count || read.Ids.Any(token => again.Ids.GetValueOrDefault(token.Key, -1) != token.Value)
                ? "its vocabulary is another one after export"
            : !read.Merges.SequenceEqual(again.Merges) ? "its merges are others after export"
            : null;
    }
}

/// <summary>vocab.json, merges.txt and what goes with them.</summary>
internal sealed class VocabularyClass() : TokenizerClass(EncoderFamily.Roberta)
{
    private static readonly byte[] Settings = Encoding.UTF8.GetBytes(
        """{"cls_token":{"content":"<s>"},"sep_token":"</s>","add_prefix_space":false,"model_max_length":512,"bos_token":"<s>"}""");

    private static readonly byte[] Map = Encoding.UTF8.GetBytes(
        """{"mask_token":{"content":"<mask>","lstrip":true},"pad_token":"<pad>"}""");

    private readonly byte[] _vocabulary = TinyModel.Tokenizer.Contents["vocab.json"];
    private readonly byte[] _merges = TinyModel.Tokenizer.Contents["merges.txt"];
    private readonly JsonTemplate _vocabularyTemplate = new(TinyModel.Tokenizer.Contents["vocab.json"]);
    private readonly JsonTemplate _settingsTemplate = new(Settings);
    private readonly JsonTemplate _mapTemplate = new(Map);

    public override byte[] Valid => All(_vocabulary, _merges, Settings, Map);

    public override byte[] Mutate(Dice dice) => dice.Next(4) switch
    {
        0 => All(_vocabularyTemplate.Mutate(dice), _merges, Settings, Map),
        1 => All(_vocabulary, LineMutator.Mutate(_merges, dice), Settings, Map),
        2 => All(_vocabulary, _merges, _settingsTemplate.Mutate(dice), Map),
        _ => All(_vocabulary, _merges, Settings, _mapTemplate.Mutate(dice)),
    };

    private static byte[] All(byte[] vocabulary, byte[] merges, byte[] settings, byte[] map) => Pack(
        ("vocab.json", vocabulary), ("merges.txt", merges), ("tokenizer_config.json", settings), ("special_tokens_map.json", map));
}

/// <summary>vocab.txt.</summary>
internal sealed class VocabularyTextClass() : TokenizerClass(EncoderFamily.Bert)
{
    private static readonly string[] Tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "ab", "##b", "c"];

    /// <summary>As many as the encoder has.</summary>
    public static readonly byte[] Lines = Encoding.UTF8.GetBytes(string.Concat(
        Enumerable.Range(0, TinyModel.Tokens.Length).Select(line => $"{(line < Tokens.Length ? Tokens[line] : $"w{line}")}\n")));

    public override byte[] Valid => Pack(("vocab.txt", Lines));

    public override byte[] Mutate(Dice dice) => Pack(("vocab.txt", LineMutator.Mutate(Lines, dice)));
}

/// <summary>tokenizer.json.</summary>
internal sealed class TokenizerJsonClass : TokenizerClass
{
    private readonly byte[] _json;
    private readonly JsonTemplate _template;

    public TokenizerJsonClass(EncoderFamily family)
        : base(family)
    {
        LoadedEncoder encoder = family == EncoderFamily.Roberta ? TinyModel.Encoder : TinyModel.Encoder with
        {
            Config = TinyModel.Config with { Family = family },
            Tokenizer = new TokenizerFiles("x", new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                ["vocab.txt"] = VocabularyTextClass.Lines,
            }),
        };
        JsonNode json = JsonNode.Parse(TokenizerExport.Files(TinyModel.Model.Tuned with { Encoder = encoder })["tokenizer.json"])!;
        _json = Encoding.UTF8.GetBytes(json.ToJsonString()); // without blanks
        _template = new JsonTemplate(_json);
    }

    public override byte[] Valid => Pack(("tokenizer.json", _json));

    public override byte[] Mutate(Dice dice) => Pack(("tokenizer.json", _template.Mutate(dice)));
}
