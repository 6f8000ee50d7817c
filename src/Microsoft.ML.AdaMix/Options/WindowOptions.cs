using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>How texts longer than <see cref="AdaMixOptions.MaxLength"/> are read in windows, and what becomes of the windows.</summary>
/// <remarks>
/// <para>
/// A window has <see cref="AdaMixOptions.MaxLength"/> tokens, special tokens included, as Hugging Face's tokenizers cut them with
/// <c>return_overflowing_tokens</c> and <c>stride</c>. A text of n tokens has 1 + ⌈(n − c) / (c − stride)⌉ windows of c tokens of the text,
/// and each costs what a text of its length costs. Training, validation and prediction read them alike.
/// </para>
/// <para>
/// Of a pair the longer text goes on from window to window, and the other stands in each, cut to half of a window where both are longer.
/// </para>
/// <para>Immutable; a changed copy is made with <c>windows with { ... }</c>. docs/long-texts.md goes through it.</para>
/// </remarks>
[JsonConverter(typeof(OptionConverter<WindowOptions, ObjectFormat<WindowOptions>>))]
public sealed record WindowOptions
{
    /// <summary>What the model makes of a text's windows. Default <see cref="WindowCombination.MeanLogits"/>.</summary>
    [Option("long-texts", "Reads texts beyond --max-length in windows, and makes this of them.")]
    public WindowCombination Combine { get; init; } = WindowCombination.MeanLogits;

    /// <summary>
    /// Tokens of the text that a window has in common with the one before, 0 or more and less than a window has; for pairs less than half
    /// of it. Null, the default, is a quarter of that.
    /// </summary>
    [Option(
        "stride", "Tokens that a window has in common with the one before.", Min = 0, Unit = "tokens",
        WhenNull = "a quarter of a window", IdleBeside = nameof(Combine), IdleAt = WindowCombination.First)]
    public int? Stride { get; init; }

    /// <summary>
    /// Most windows of a text, 1 to 1024; what is behind them is not read, and a warning says of how many texts. Default 16.
    /// </summary>
    /// <remarks>
    /// In a training step all windows of a text are in memory at once, however small <see cref="AdaMixOptions.MicroBatchSize"/> is.
    /// </remarks>
    [Option(
        "max-windows", "Most windows of a text; what is behind them is not read.", Min = 1, Max = TextWindows.MostWindows,
        Unit = "windows", IdleBeside = nameof(Combine), IdleAt = WindowCombination.First)]
    public int MaxWindows { get; init; } = TextWindows.DefaultWindows;
}
