namespace Microsoft.ML.AdaMix.Models;

/// <summary>Whether an encoder can read what a model is to read; asked before training and when a model is made or loaded.</summary>
internal static class InputCheck
{
    /// <exception cref="InvalidDataException">There is a second text, and the encoder cannot tell it from the first.</exception>
    public static void CheckPairs(LoadedEncoder encoder, string? secondTextColumn)
    {
        if (secondTextColumn is not null && encoder.Config is { Family: EncoderFamily.Bert, TokenTypes: < 2 and var types })
        {
            throw new InvalidDataException(
                $"The encoder '{encoder.Name}' cannot read pairs of texts: its config.json has type_vocab_size = {types}, and BERT needs 2 "
                + $"or more to tell the second text, column '{secondTextColumn}', from the first. Take another encoder, or join both texts "
                + "in one column.");
        }
    }
}
