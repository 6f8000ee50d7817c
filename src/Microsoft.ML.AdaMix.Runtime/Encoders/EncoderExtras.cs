using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>
/// What is made once for an encoder in memory, when it is first asked for, and used by all trainings and models on it. Lives as long as the
/// encoder.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class EncoderExtras
{
    private static readonly ConditionalWeakTable<LoadedEncoder, EncoderExtras> Table = [];

    private readonly Lazy<EncoderIdentity> _identity;
    private readonly Lazy<FramedTokenizer> _plain;
    private readonly Lazy<FramedTokenizer> _withSpecialTokens;

    private EncoderExtras(LoadedEncoder encoder)
    {
        Lazy<FramedTokenizer> Tokenizer(bool specialTokensInText) =>
            new(() => TextTokenizer.ForEncoder(encoder, specialTokensInText));

        _identity = new(() => EncoderIdentity.Compute(encoder));
        _plain = Tokenizer(specialTokensInText: false);
        _withSpecialTokens = Tokenizer(specialTokensInText: true);
    }

    /// <summary>What the encoder is known by.</summary>
    public EncoderIdentity Identity => _identity.Value;

    /// <summary>That of an encoder; always the same object.</summary>
    public static EncoderExtras For(LoadedEncoder encoder) => Table.GetValue(encoder, key => new EncoderExtras(key));

    /// <summary>The tokenizer of a model: the encoder's, which puts texts into the model's template if it has one.</summary>
    /// <exception cref="InvalidDataException">A file is missing, damaged or not supported, or does not fit.</exception>
    public ITextTokenizer Tokenizer(TextInput input)
    {
        FramedTokenizer plain = Framed(input.SpecialTokensInText);
        if (input.Template is not { } template)
        {
            return plain;
        }

        TemplateTokenizer tokenizer = new(plain, template);
        return tokenizer.Tokens <= template.Share(input.MaxLength)
            ? tokenizer
            : throw new InvalidDataException(
                $"The template '{template.Text}' takes {tokenizer.Tokens} tokens by itself; of the maximum length {input.MaxLength} each "
                + $"text has {template.Share(input.MaxLength)}.");
    }

    /// <summary>The encoder's tokenizer.</summary>
    /// <param name="specialTokensInText">See <see cref="TextTokenizer.Create"/>.</param>
    /// <exception cref="InvalidDataException">
    /// A file is missing, damaged or not supported, or does not fit the encoder.
    /// </exception>
    public ITextTokenizer Tokenizer(bool specialTokensInText) => Framed(specialTokensInText);

    /// <summary>The same as what can put texts into templates too.</summary>
    public FramedTokenizer Framed(bool specialTokensInText) => (specialTokensInText ? _withSpecialTokens : _plain).Value;
}
