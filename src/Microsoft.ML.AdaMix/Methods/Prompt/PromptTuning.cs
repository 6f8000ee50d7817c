using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Prompt;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Prompt tuning (Lester et al. 2021), also the plain form of p-tuning: trained embeddings stand before the text's own, with positions of their own; the head reads
/// the first of them. They start as embeddings of random tokens of the vocabulary. They count towards the encoder's longest sequence.
/// </summary>
public sealed class PromptTuning : TuningMethod
{
    /// <summary>Number of embeddings, 1 to 256. Default 20.</summary>
    public int Tokens { get; set; } = 20;

    /// <inheritdoc/>
    public override string Name => "prompt";

    internal override int PromptTokens => Tokens;

    internal override double LearningRate(EncoderConfig encoder) => encoder.HiddenSize <= LargestSmallEncoder ? 1e-2 : 5e-3;

    internal override void Check(OptionProblems problems) => problems.Require(Tokens is >= 1 and <= 256, "Method.Tokens", Tokens, "1 to 256");

    internal override ITuningModule Create(MethodContext context) => new PromptModule(Tokens, context);
}
