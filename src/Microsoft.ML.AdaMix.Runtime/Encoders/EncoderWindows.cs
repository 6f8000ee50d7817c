using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization.Frames;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>Windows as an encoder's tokenizer can cut them.</summary>
internal static class EncoderWindows
{
    // A sentence at a window's end is whole in the next one, at a third more windows.
    private const int Share = 4;

    /// <param name="encoder">Its special tokens stand in each window.</param>
    /// <param name="input">Tokens of a window.</param>
    /// <param name="arePairs">Whether rows are pairs.</param>
    /// <param name="combine">What becomes of the windows.</param>
    /// <param name="stride">Tokens that windows have in common; null for a quarter of what they hold.</param>
    /// <param name="maxWindows">Most of them.</param>
    /// <param name="name">What errors call the stride.</param>
    /// <exception cref="ArgumentException">Windows have as much in common as they hold.</exception>
    public static TextWindows Create(
        LoadedEncoder encoder, TextInput input, bool arePairs, WindowCombination combine, int? stride, int maxWindows, string name)
    {
        Frame frame = EncoderExtras.For(encoder).Framed(input.SpecialTokensInText).Frame;
        int room = input.MaxLength - Frame.Count(arePairs ? frame.Pair : frame.Single);
        int least = arePairs ? room - (room / 2) : room; // of the longer text of a pair
        TextWindows windows = new(stride ?? least / Share, combine, maxWindows);
        return windows.Stride >= 0 && windows.Stride < least ? windows : throw new ArgumentException(
            $"{name} is {windows.Stride}; expected are 0 to {least - 1}, since a window of MaxLength {input.MaxLength} has "
            + $"{Counts.Of(least, "token")} of the text that goes on{(arePairs ? ", where a pair's texts are both long" : string.Empty)}, "
            + "and the next one has to go further.");
    }
}
