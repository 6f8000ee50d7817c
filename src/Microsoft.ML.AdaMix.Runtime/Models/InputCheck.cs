namespace Microsoft.ML.AdaMix.Models;

/// <summary>Whether an encoder can read what a model is to read; asked before training and when a model is made or loaded.</summary>
internal static class InputCheck
{
    /// <exception cref="InvalidDataException">There is a second text, and the encoder cannot tell it from the first.</exception>
    public static void CheckPairs(LoadedEncoder encoder, string? secondTextColumn)
    {
        EncoderConfig config = encoder.Config;
        if (secondTextColumn is not null && config.Definition.ReadsTokenTypes(config) && config.TokenTypes < 2)
        {
            throw new InvalidDataException(
                $"The encoder '{encoder.Name}' cannot read pairs of texts: its config.json has type_vocab_size = {config.TokenTypes}, and "
                + $"{config.Definition.Title} needs 2 or more to tell the second text, column '{secondTextColumn}', from the first. Take "
                + "another encoder, or join both texts in one column.");
        }
    }
}
