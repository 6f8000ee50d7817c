using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Turns text into the ids an encoder was pretrained with. Safe for use by many threads.</summary>
internal interface ITextTokenizer
{
    /// <summary>Id that fills the end of shorter rows in a batch.</summary>
    int PadId { get; }

    /// <summary>One more than the highest id it can give; the encoder's vocabulary must be at least as large.</summary>
    int VocabularySize { get; }

    /// <summary>The tokenizer's own limit in tokens (<c>model_max_length</c>), null if it states none (or an absurdly large one).</summary>
    int? MaxLength { get; }

    /// <summary>
    /// Encodes a text, or a pair, with the special tokens around and between. A single text that is too long loses its tail; a pair is
    /// truncated <c>longest_first</c>.
    /// </summary>
    /// <param name="text">First text; empty is allowed.</param>
    /// <param name="pair">Second text, or null for a single text.</param>
    /// <param name="maxLength">Most ids to give, special tokens included.</param>
    TokenIds Encode(string text, string? pair, int maxLength);

    /// <summary>
    /// Encodes a text, or a pair, as windows: what Hugging Face's tokenizers give with <c>return_overflowing_tokens</c> and <c>stride</c>.
    /// </summary>
    /// <remarks>
    /// Of a pair the longer text (the second on a tie) goes on from window to window, and the other one stands in each of them, cut as
    /// <see cref="Encode"/> cuts it. The first window is what <see cref="Encode"/> gives. What was lost is told with the last one.
    /// </remarks>
    /// <param name="text">First text; empty is allowed.</param>
    /// <param name="pair">Second text, or null for a single text.</param>
    /// <param name="maxLength">Most ids of a window, special tokens included.</param>
    /// <param name="windows">How many, and how far they overlap.</param>
    /// <returns>One or more windows, each with the special tokens around and between.</returns>
    TokenIds[] EncodeWindows(string text, string? pair, int maxLength, TextWindows windows);
}
