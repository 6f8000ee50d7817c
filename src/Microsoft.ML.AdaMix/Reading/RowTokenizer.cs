using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Turns rows into token ids, once for all epochs, and while the encoder is kept in memory once for all trainings.</summary>
internal sealed class RowTokenizer
{
    private readonly ITextTokenizer _tokenizer;
    private readonly ITokenCache? _cache;

    private RowTokenizer(ITextTokenizer tokenizer, TextInput input, ITokenCache? cache)
    {
        _tokenizer = tokenizer;
        _cache = cache;
        Input = input;
    }

    /// <summary>How text becomes ids, for prediction too.</summary>
    public TextInput Input { get; }

    /// <summary>One more than the highest id it gives.</summary>
    public int VocabularySize => _tokenizer.VocabularySize;

    /// <exception cref="InvalidDataException">Tokenizer and encoder do not belong together.</exception>
    public static RowTokenizer Create(LoadedEncoder encoder, AdaMixOptions options, IChannel channel)
    {
        int limit = encoder.Config.MaxSequenceLength - options.Method.PromptTokens;
        if (options.MaxLength > limit)
        {
            channel.Warning(MessageSensitivity.None,
                $"MaxLength {options.MaxLength} is more than the {limit} tokens that '{encoder.Name}' can read; {limit} is taken.");
        }

        TextInput input = new(Math.Min(options.MaxLength, limit), options.SpecialTokensInText);
        ITextTokenizer tokenizer = EncoderExtras.For(encoder).Tokenizer(input.SpecialTokensInText);
        return tokenizer.VocabularySize <= encoder.Config.VocabularySize
            ? new RowTokenizer(tokenizer, input, options.Encoder.KeptTokens(() => new TokenCache(tokenizer.VocabularySize)))
            : throw new InvalidDataException(
                $"The tokenizer of '{encoder.Name}' has {tokenizer.VocabularySize} tokens, its encoder only "
                + $"{encoder.Config.VocabularySize}; they do not belong together.");
    }

    /// <summary>The ids of many texts, computed on all processors.</summary>
    public TokenIds[] Encode(IReadOnlyList<(string Text, string? Pair)> texts)
    {
        TokenIds[] ids = new TokenIds[texts.Count];
        Parallel.For(0, ids.Length, row => ids[row] = Encode(texts[row].Text, texts[row].Pair));
        return ids;
    }

    private TokenIds Encode(string text, string? pair)
    {
        if (_cache is null)
        {
            return _tokenizer.Encode(text, pair, Input.MaxLength);
        }

        UInt128 key = TokenCache.Key(Input, text, pair);
        if (_cache.Find(key) is { } known)
        {
            return known;
        }

        TokenIds ids = _tokenizer.Encode(text, pair, Input.MaxLength);
        _cache.Add(key, ids);
        return ids;
    }
}
