using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// How the encoder is tuned: which weights are added to it or released in it, for example <c>new LoraTuning { Rank = 16 }</c>. The head is
/// trained in every case.
/// </summary>
/// <remarks>Immutable; a changed copy is made with <c>method with { ... }</c>.</remarks>
[JsonConverter(typeof(OptionConverter<TuningMethod, TuningMethodFormat>))]
public abstract record TuningMethod
{
    // Up to this hidden size an encoder counts as small and wants a far higher learning rate.
    private protected const int LargestSmallEncoder = 512;

    // Hidden size of BERT-base and RoBERTa-base.
    private const int BaseEncoder = 768;

    private protected TuningMethod()
    {
    }

    /// <summary>Its name in logs, in files and on command lines.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it has weights of which several experts can be averaged.</summary>
    public virtual bool SupportsMixture => false;

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>Peak learning rate where the options name none.</summary>
    // Small: docs/ablations.md. Base and large: what the authors' published commands take, 4e-4 to 5e-4 and 3e-4.
    internal virtual double LearningRate(EncoderConfig encoder, int experts) => encoder.HiddenSize switch
    {
        <= LargestSmallEncoder => 3e-3,
        <= BaseEncoder => 5e-4,
        _ => 3e-4,
    };

    // For methods that want a lower rate than bottleneck adapters where their weights are trained in every pass, not by turns as
    // experts are.
    private protected static double GentleAlone(double rate, int experts) => experts == 1 ? Math.Min(rate, 1e-3) : rate;

    /// <summary>How many of the encoder's positions the method takes for itself.</summary>
    internal virtual int PromptTokens => 0;

    /// <summary>Whether it changes what the first layer reads, so that no part of the encoder stays the same.</summary>
    internal virtual bool ChangesEmbeddings => false;

    /// <summary>Whether it changes what linear modules of the layers give, token by token.</summary>
    internal virtual bool ChangesProjections => false;

    /// <summary>Why the method makes no sense in an encoder, to stand behind its name; null where it does.</summary>
    internal virtual string? MisfitOf(EncoderConfig encoder) => null;

    /// <summary>Why layers that share their weights cannot be tuned one by one; null where nothing is shared, or all are meant.</summary>
    private protected static string? SharedLayers(EncoderConfig encoder, Range layers)
    {
        (int start, int end) = (layers.Start.GetOffset(encoder.Layers), layers.End.GetOffset(encoder.Layers));
        return encoder.LayerGroups is null || (start <= 0 && end >= encoder.Layers)
            ? null
            : $"tunes matrices of the layers {layers}, and the layers of {encoder.Definition.Title} share their weights: what is tuned in "
            + "one is tuned in all. Leave out Layers, or take adapters, which each layer has for itself";
    }

    /// <summary>Says what is wrong with the method's options.</summary>
    internal void FindProblems(OptionProblems problems)
    {
        problems.RequireDescribed(this, "Method.");
        Check(problems);
    }

    /// <summary>Makes the trained tensors on an encoder.</summary>
    internal abstract ITuningModule Create(MethodContext context);

    /// <summary>For rules that the descriptions of the options cannot say.</summary>
    private protected virtual void Check(OptionProblems problems)
    {
    }
}
