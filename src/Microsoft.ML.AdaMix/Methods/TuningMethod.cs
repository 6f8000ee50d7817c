using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// How the encoder is tuned: which weights are added to it or released in it. The head is trained in every case. Made by the static members, one a method; every
/// method's options are the properties of what they return.
/// </summary>
public abstract partial class TuningMethod
{
    // Up to this hidden size an encoder counts as small and wants a far higher learning rate.
    private protected const int LargestSmallEncoder = 512;

    // Hidden size of BERT-base and RoBERTa-base.
    private const int BaseEncoder = 768;

    private protected TuningMethod()
    {
    }

    /// <summary>Its name in logs and on command lines.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it has weights of which several experts can be averaged.</summary>
    public virtual bool SupportsMixture => false;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Peak learning rate where the options name none.</summary>
    // Small: docs/ablations.md. Base and large: what the authors' published commands take, 4e-4 to 5e-4 and 3e-4.
    internal virtual double LearningRate(EncoderConfig encoder, int experts) => encoder.HiddenSize switch
    {
        <= LargestSmallEncoder => 3e-3,
        <= BaseEncoder => 5e-4,
        _ => 3e-4,
    };

    // For methods that want a lower rate than bottleneck adapters where their weights are trained in every pass, not by turns as experts are.
    private protected static double GentleAlone(double rate, int experts) => experts == 1 ? Math.Min(rate, 1e-3) : rate;

    /// <summary>How many of the encoder's positions the method takes for itself.</summary>
    internal virtual int PromptTokens => 0;

    /// <summary>Says what is wrong with the method's own options.</summary>
    internal virtual void Check(OptionProblems problems)
    {
    }

    /// <summary>Makes the trained tensors on an encoder.</summary>
    internal abstract ITuningModule Create(MethodContext context);
}
