using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Turns rows into token ids, once for all epochs, and while the encoder is kept in memory once for all trainings.</summary>
internal sealed class RowTokenizer
{
    // Special tokens, and one of each text.
    private const int FewestOfText = 3;
    private const int FewestOfPair = 6;

    private static readonly int DefaultMaxLength = new AdaMixOptions().MaxLength;

    private readonly ITextTokenizer _tokenizer;
    private readonly ITokenCache? _cache;
    private readonly TextInput _read; // of a row its own text

    private RowTokenizer(ITextTokenizer tokenizer, TextInput input, TextInput read, int limit, ITokenCache? cache, int parts)
    {
        _tokenizer = tokenizer;
        _cache = cache;
        _read = read;
        Input = input;
        Limit = limit;
        Parts = parts;
    }

    /// <summary>How text becomes ids, for prediction too.</summary>
    public TextInput Input { get; }

    /// <summary>Most tokens of a row's own text: less than those of the input where demonstrations follow.</summary>
    public int MaxLength => _read.MaxLength;

    /// <summary>Texts that share the maximum length of the input: a row's own, and demonstrations.</summary>
    public int Parts { get; }

    /// <summary>The longest text that the encoder could read beside the method's own tokens.</summary>
    public int Limit { get; }

    /// <summary>One more than the highest id it gives.</summary>
    public int VocabularySize => _tokenizer.VocabularySize;

    /// <exception cref="InvalidDataException">
    /// Tokenizer and encoder do not belong together, or the encoder cannot read pairs of texts.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The method's own tokens, or a template, leave no room for a text; or windows have more in common than they hold.
    /// </exception>
    public static RowTokenizer Create(
        LoadedEncoder encoder, AdaMixOptions options, IChannel channel, TrainingTemplate? template = null)
    {
        InputCheck.CheckPairs(encoder, options.SecondTextColumnName);
        MethodFit.Check(options, encoder);
        int limit = encoder.Config.MaxSequenceLength - options.Method.PromptTokens;
        int fewest = options.SecondTextColumnName is null ? FewestOfText : FewestOfPair;
        if (limit < fewest)
        {
            throw new ArgumentException(
                $"{options.Method} puts {options.Method.PromptTokens} tokens of its own before a text, and '{encoder.Name}' reads "
                + $"{encoder.Config.MaxSequenceLength} in all (max_position_embeddings {encoder.Config.MaxPositions} in its config.json); "
                + $"at least {fewest} must be left for the text. Lower Tokens, or take another method or encoder.");
        }

        if (options.MaxLength > limit)
        {
            channel.Warning(MessageSensitivity.None,
                (options.MaxLength == DefaultMaxLength
                    ? $"The default of MaxLength, {options.MaxLength},"
                    : $"MaxLength {options.MaxLength}")
                + $" is more than the {limit} tokens that '{encoder.Name}' can read; {limit} is taken."
                + (template is null && options.LongTexts is null ? " LongTexts reads longer texts in windows." : string.Empty));
        }

        TextInput input = new(Math.Min(options.MaxLength, limit), options.SpecialTokensInText) { Template = template?.Template };
        TextInput read = input with { MaxLength = input.MaxLength / (template?.Parts ?? 1) };
        if (template is not null)
        {
            RequireRoom(encoder, template, input.MaxLength, read);
        }

        ITextTokenizer tokenizer = EncoderExtras.For(encoder).Tokenizer(read);
        if (tokenizer.VocabularySize > encoder.Config.VocabularySize)
        {
            throw new InvalidDataException(
                $"The tokenizer of '{encoder.Name}' has {tokenizer.VocabularySize} tokens, its encoder only "
                + $"{encoder.Config.VocabularySize} (vocab_size in config.json); they do not belong together.");
        }

        // Positions are counted from the padding's id on.
        if (encoder.Config.Definition.PositionPadding(encoder.Config) is not null && tokenizer.PadId != encoder.Config.PadTokenId)
        {
            channel.Warning(MessageSensitivity.None,
                $"The config.json of '{encoder.Name}' has pad_token_id {encoder.Config.PadTokenId}, but its tokenizer's pad_token has the "
                + $"id {tokenizer.PadId}; the former is taken. Check that both files belong to the same encoder.");
        }

        if (options.LongTexts is { } longTexts)
        {
            TextWindows windows = EncoderWindows.Create(
                encoder, input, options.SecondTextColumnName is not null, longTexts.Combine, longTexts.Stride, longTexts.MaxWindows,
                "LongTexts.Stride");
            input = read = input with { Windows = windows };
        }

        return new RowTokenizer(
            tokenizer, input, read, limit, options.Encoder.KeptTokens(() => new TokenCache(tokenizer.VocabularySize)),
            template?.Parts ?? 1);
    }

    /// <summary>The ids of many texts, of each one window or more, computed on all processors.</summary>
    public TokenIds[][] Encode(IReadOnlyList<(string Text, string? Pair)> texts)
    {
        TokenIds[][] ids = new TokenIds[texts.Count][];
        Parallel.For(0, ids.Length, row => ids[row] = Encode(texts[row].Text, texts[row].Pair));
        return ids;
    }

    private static void RequireRoom(LoadedEncoder encoder, TrainingTemplate template, int maxLength, TextInput read)
    {
        TemplateTokenizer tokenizer = new(EncoderExtras.For(encoder).Framed(read.SpecialTokensInText), template.Template);
        int texts = TemplateText.Parse(template.Template.Text).ReadsPairs ? 2 : 1;
        if (tokenizer.Tokens + texts > read.MaxLength)
        {
            int demonstrations = template.Parts - 1;
            throw new ArgumentException(
                $"Template.Text {Quoted.Of(template.Template.Text)} takes {tokenizer.Tokens} tokens by itself and needs {texts} more for "
                + $"{(texts == 1 ? "a text" : "two texts")}, and "
                + (demonstrations == 0
                    ? $"MaxLength is {maxLength}"
                    : $"of MaxLength {maxLength}, shared with {Counts.Of(demonstrations, "demonstration")}, it has {read.MaxLength}")
                + $": raise MaxLength to {(tokenizer.Tokens + texts) * template.Parts} or more, or "
                + $"{(demonstrations == 0 ? "shorten the template or the verbalizers" : "lower Template.Demonstrations")}.");
        }
    }

    private TokenIds[] Encode(string text, string? pair)
    {
        if (_cache is null)
        {
            return _tokenizer.Encode(text, pair, _read);
        }

        UInt128 key = TokenCache.Key(_read, text, pair);
        if (_cache.Find(key) is { } known)
        {
            return known;
        }

        TokenIds[] ids = _tokenizer.Encode(text, pair, _read);
        _cache.Add(key, ids);
        return ids;
    }
}
