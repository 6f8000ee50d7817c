using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Texts as a model reads them.</summary>
internal static class TextInputs
{
    /// <summary>A text or pair as one sequence, or in windows where it is longer and the model reads windows.</summary>
    public static TokenIds[] Encode(this ITextTokenizer tokenizer, string text, string? pair, TextInput input) =>
        input.Windows is { } windows
            ? tokenizer.EncodeWindows(text, pair, input.MaxLength, windows)
            : [tokenizer.Encode(text, pair, input.MaxLength)];
}
