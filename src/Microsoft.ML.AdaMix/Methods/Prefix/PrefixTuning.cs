using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Prefix;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Prefix tuning (Li and Liang 2021; P-tuning v2, Liu et al. 2022): in every layer all tokens attend to some trained keys and values beside the text's own. They
/// are trained directly, from N(0, 0.02), or by a network that produces them (<see cref="Reparameterization"/>). As in Hugging Face the text's positions begin behind the prefix, which
/// therefore counts towards the encoder's longest sequence.
/// </summary>
public sealed class PrefixTuning : TuningMethod
{
    /// <summary>Number of keys and values a layer, 1 to 256. Default 20.</summary>
    public int Tokens { get; set; } = 20;

    /// <summary>
    /// Whether a network produces keys and values while training: <see cref="Reparameterization.None"/>, the default, or <see cref="Reparameterization.Mlp"/>, with embeddings that start
    /// as N(0, 1) and the learning rates of adapters. Its weights are uniform within ±1/√in at first, its biases 0.
    /// </summary>
    public Reparameterization Reparameterization { get; set; }

    /// <summary>Width of that network, 1 to 4096. Null, the default, is the encoder's hidden size. Has no meaning without one.</summary>
    public int? ReparameterizationSize { get; set; }

    /// <summary>Which layers have them, for example <c>6..12</c>. Default all.</summary>
    public Range Layers { get; set; } = Range.All;

    /// <inheritdoc/>
    public override string Name => "prefix";

    internal override int PromptTokens => Tokens;

    internal override double LearningRate(EncoderConfig encoder, int experts) => Reparameterization != Reparameterization.None
        ? base.LearningRate(encoder, experts)
        : encoder.HiddenSize <= LargestSmallEncoder ? 1e-2 : 5e-3;

    internal override void Check(OptionProblems problems)
    {
        problems.Require(Tokens is >= 1 and <= 256, "Method.Tokens", Tokens, "1 to 256");
        problems.Require(Reparameterization is Reparameterization.None or Reparameterization.Mlp, "Method.Reparameterization", Reparameterization, "None or Mlp");
        problems.Require(ReparameterizationSize is null or (>= 1 and <= 4096), "Method.ReparameterizationSize", ReparameterizationSize, "1 to 4096, or null");
    }

    internal override ITuningModule Create(MethodContext context) => new PrefixModule(this, context);
}
