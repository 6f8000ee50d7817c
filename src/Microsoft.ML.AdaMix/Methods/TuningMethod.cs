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
    internal virtual double LearningRate(EncoderConfig encoder) => encoder.HiddenSize <= LargestSmallEncoder ? 3e-3 : 5e-4;

    /// <summary>How many of the encoder's positions the method takes for itself.</summary>
    internal virtual int PromptTokens => 0;

    /// <summary>Says what is wrong with the method's own options.</summary>
    internal virtual void Check(OptionProblems problems)
    {
    }

    /// <summary>Makes the trained tensors on an encoder.</summary>
    internal abstract ITuningModule Create(MethodContext context);
}
