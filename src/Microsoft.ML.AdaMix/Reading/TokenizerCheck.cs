using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Warns of a tokenizer that may be cut off or another encoder's, where nothing proves it.</summary>
internal static class TokenizerCheck
{
    /// <param name="encoder">With its tokenizer.</param>
    /// <param name="channel">Hears of it.</param>
    public static void Warn(LoadedEncoder encoder, IChannel channel)
    {
        FramedTokenizer tokenizer = EncoderExtras.For(encoder).Framed(specialTokensInText: false);
        if (EncoderFit.LacksTokens(tokenizer, encoder))
        {
            channel.Warning(
                MessageSensitivity.None,
                $"The tokenizer of '{encoder.Name}' has {Counts.Of(tokenizer.VocabularySize, "token")}, and the encoder has embeddings for "
                + $"{encoder.Config.VocabularySize}: is it cut off, or another encoder's?");
        }

        if (encoder.Config.Definition.PositionPadding(encoder.Config) is { } padding && padding != tokenizer.PadId)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"The padding token of '{encoder.Name}' has the id {tokenizer.PadId} in its tokenizer and {padding} in config.json "
                + "(pad_token_id), from which positions are counted: is the tokenizer another encoder's?");
        }
    }
}
