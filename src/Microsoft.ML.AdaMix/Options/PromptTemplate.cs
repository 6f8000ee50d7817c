using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// A text that each row's text stands in, and words that stand for the classes: the encoder's masked-LM head says which one fits.
/// </summary>
/// <remarks>
/// <para>
/// Prompt-based tuning (Schick and Schütze 2021, Gao et al. 2021) for few rows: the head begins with what the encoder learned in
/// pretraining instead of random numbers. For multiclass and binary classification, with any method and mixture. Has nothing to do with
/// <see cref="PromptTuning"/>, which trains embeddings. docs/few-rows.md goes through it.
/// </para>
/// <para>Immutable; a changed copy is made with <c>template with { ... }</c>.</para>
/// </remarks>
[JsonConverter(typeof(OptionConverter<PromptTemplate, PromptTemplateFormat>))]
public sealed record PromptTemplate
{
    /// <summary>
    /// The template, with <c>{text}</c>, <c>{mask}</c> and for pairs <c>{pair}</c>, once each. Default <c>{text} It was {mask}.</c>
    /// </summary>
    /// <remarks>
    /// For pairs <c>{text} ? {mask} , {pair}</c> is published. <c>{{</c> and <c>}}</c> stand for braces. What is too long is cut from the
    /// texts, so that the template stays whole.
    /// </remarks>
    [Option(
        "template", "A text that each row's text stands in; the encoder's masked-LM head tells the classes at its mask.",
        Expected = TemplateText.Expected, Placeholder = "TEXT")]
    public string Text { get; init; } = "{text} It was {mask}.";

    /// <summary>The words that stand for the classes. Default <see cref="Verbalizers.Automatic"/>: found from the training rows.</summary>
    [Option(
        "verbalizer", "The words that stand for the classes at the mask.", Expected = "Verbalizers.Automatic or Verbalizers.From(...)")]
    public Verbalizers Verbalizers { get; init; } = Verbalizers.Automatic;

    /// <summary>Words a class where they are found from the rows, 1 to 100. Default 4.</summary>
    [Option("automatic-words", "Words a class where they are found from the training rows.", Min = 1, Max = 100, Unit = "words")]
    public int AutomaticWords { get; init; } = 4;

    /// <summary>
    /// Training rows of each class that stand behind every text, with their word in the place of the mask, 0 to 16. Default 0.
    /// </summary>
    /// <remarks>
    /// A training row has others than itself; the model keeps, and so its file holds, the ones that are drawn for prediction. Each of them
    /// has as many tokens as the text: of <see cref="AdaMixOptions.MaxLength"/> an equal share.
    /// </remarks>
    [Option(
        "demonstrations", "Training rows of each class that stand behind every text, with their word at the mask; the model keeps some.",
        Min = 0, Max = 16, Unit = "rows")]
    public int Demonstrations { get; init; }

    /// <summary>
    /// Whether the masked-LM head is trained too. Null, the default, trains it with full fine-tuning and with head-only training.
    /// </summary>
    /// <remarks>Other methods have rates that would undo what the head learned in pretraining; with them it stays as it is.</remarks>
    [Option(
        "train-head", "Trains the masked-LM head too, as full fine-tuning and head-only training do without being told.",
        WhenNull = "with full fine-tuning and head-only training")]
    public bool? TrainHead { get; init; }

    internal bool TrainsHeadWith(TuningMethod method) => TrainHead ?? method is FullFineTuning or HeadOnlyTuning;
}
