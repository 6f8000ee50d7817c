using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>
/// One change that tuning made to an encoder, merged to one set of weights: plain data that knows how a model is predicted and checked with
/// it.
/// </summary>
/// <remarks>
/// <para>
/// A kind of edit is a record in one file. It names its tensors, and overrides what it needs of the rest: nothing happens by default. What
/// <c>ITuning</c> computes while training, the member of the same name adds to the graph. How files describe it stands in its
/// <c>EditKind</c>.
/// </para>
/// <para>
/// Modules and tensors are named as in Hugging Face, without the <c>roberta.</c> / <c>bert.</c> prefix:
/// <c>encoder.layer.0.attention.self.query</c>.
/// </para>
/// </remarks>
internal abstract record EncoderEdit
{
    /// <summary>When it is folded, among the edits of a model.</summary>
    public virtual FoldOrder FoldOrder => FoldOrder.Add;

    /// <summary>Whether a matrix that it was folded into may be multiplied in int8. Nodes of its own compute in float32 always.</summary>
    public virtual bool TakesInt8 => true;

    /// <summary>
    /// Embeddings [P, width of the word embeddings] that stand before the text's own, with positions of their own; null for
    /// none. At most one a model.
    /// </summary>
    public virtual HostTensor? Prompt => null;

    /// <summary>
    /// P of its keys and values; the positions of prompt and text begin P later, as in Hugging Face, where these count as past tokens,
    /// unless <see cref="PrefixTakesPositions"/> says otherwise.
    /// </summary>
    public virtual int PrefixLength => 0;

    /// <summary>Whether its keys and values count as tokens for positions.</summary>
    public virtual bool PrefixTakesPositions => true;

    /// <summary>The encoder's tensor, or the BERT pooler's, whose place it takes; null for none.</summary>
    public virtual (string Name, HostTensor Tensor)? Replaced => null;

    /// <summary>Its tensors with their names, and the shapes that they must have.</summary>
    /// <param name="model">The model that it is an edit of.</param>
    /// <exception cref="InvalidDataException">It names what the encoder has not.</exception>
    public abstract IEnumerable<TunedTensor> Tensors(TunedModel model);

    /// <summary>Checks what is no tensor, such as a scale.</summary>
    /// <exception cref="InvalidDataException">It makes no sense.</exception>
    public virtual void Check()
    {
    }

    /// <summary>Changes weights of the encoder, so that the edit costs nothing at prediction.</summary>
    public virtual void Fold(FoldedWeights weights)
    {
    }

    /// <summary>Keys and values that every token of a layer attends to beside the text's own; null for none. At most one a layer.</summary>
    public virtual KeysAndValues? Prefix(int layer) => null;

    /// <summary>Changes what a linear module of the encoder gives.</summary>
    /// <param name="nodes">The graph.</param>
    /// <param name="module">The module.</param>
    /// <param name="input">[tokens, in]: all tokens of all texts, or in the last layer the first token of each.</param>
    /// <param name="output">[tokens, out], bias included.</param>
    /// <returns>[tokens, out].</returns>
    public virtual string Projected(IEncoderNodes nodes, string module, string input, string output) => output;

    /// <summary>Changes what a sub-layer adds to its residual, before its LayerNorm.</summary>
    /// <param name="nodes">The graph.</param>
    /// <param name="module"><c>encoder.layer.I.attention.output</c> or <c>encoder.layer.I.output</c>.</param>
    /// <param name="output">[tokens, hidden]: all tokens of all texts, or in the last layer the first token of each.</param>
    /// <param name="residual">[tokens, hidden], the sub-layer's input.</param>
    /// <returns>[tokens, hidden].</returns>
    public virtual string Sublayer(IEncoderNodes nodes, string module, string output, string residual) => output;

    /// <summary>Refuses an edit of something that the encoder has not.</summary>
    /// <param name="known">Whether the encoder has it.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="edit">The edit in words, for example <c>an adapter in 'output'</c>.</param>
    /// <param name="expected">What the encoder has.</param>
    protected static void Require(bool known, LoadedEncoder encoder, string edit, IEnumerable<string> expected)
    {
        if (!known)
        {
            string[] some = [.. expected.Take(3)];
            throw new InvalidDataException(
                $"The model has {edit}, which encoder '{encoder.Name}' with {Counts.Of(encoder.Config.Layers, "layer")} has not; it has " +
                $"{string.Join(", ", some)}{(some.Length == 3 ? " and so on" : string.Empty)}. Was it trained on another encoder?");
        }
    }

    /// <summary>Refuses a value that its enumeration has not.</summary>
    protected static void RequireDefined<T>(T value, string module)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new InvalidDataException(
                $"The edit of '{module}' has the {typeof(T).Name} {value}; expected is {string.Join(", ", Enum.GetNames<T>())}. " +
                "The model is damaged; train or save it again.");
        }
    }

    /// <summary>Refuses a scale that is no number.</summary>
    protected static void RequireFinite(float scale, string module)
    {
        if (!float.IsFinite(scale))
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"The edit of '{module}' has the scale {scale}; a finite number is expected. ")
                + "The model is damaged; train or save it again.");
        }
    }
}

/// <summary>When an edit is folded into weights: all that replace, then all that add, then all that multiply.</summary>
internal enum FoldOrder
{
    Replace,
    Add,
    Multiply,
}

/// <summary>What attention finds before a text's own keys and values.</summary>
/// <param name="Keys">[P, hidden].</param>
/// <param name="Values">[P, hidden].</param>
internal sealed record KeysAndValues(HostTensor Keys, HostTensor Values);
