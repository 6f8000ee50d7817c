namespace Microsoft.ML.AdaMix.Models;

/// <summary>
/// What tuning changed in an encoder, merged to one set of weights: plain data, whatever the method was. Modules and tensors are named as in Hugging Face,
/// without the <c>roberta.</c> / <c>bert.</c> prefix. Replacements come first, then low-rank updates, then scales.
/// </summary>
internal sealed record EncoderEdits
{
    /// <summary>The plain encoder.</summary>
    public static readonly EncoderEdits None = new();

    /// <summary>Bottleneck adapters, at most one for each sub-layer.</summary>
    public IReadOnlyList<AdapterWeights> Adapters { get; init; } = [];

    /// <summary>LoRA: what is added to weights, at most once for each module.</summary>
    public IReadOnlyList<LowRankUpdate> LowRank { get; init; } = [];

    /// <summary>IA3: what multiplies the outputs of modules, at most once for each.</summary>
    public IReadOnlyList<OutputScale> Scales { get; init; } = [];

    /// <summary>BitFit and full fine-tuning: tensors in place of the pretrained ones, by name; of <see cref="EncoderTensors"/>, the BERT pooler excluded.</summary>
    public IReadOnlyDictionary<string, HostTensor> Replaced { get; init; } = new Dictionary<string, HostTensor>(StringComparer.Ordinal);

    /// <summary>
    /// Prefix tuning: keys and values that every token attends to, at most one entry a layer, all of one length P. As in Hugging Face, where they
    /// count as past tokens, the positions of prompt and text begin P later.
    /// </summary>
    public IReadOnlyList<PrefixWeights> Prefixes { get; init; } = [];

    /// <summary>Prompt tuning: embeddings [P, hidden] before the text's own, or null.</summary>
    public HostTensor? Prompt { get; init; }

    /// <summary>How many positions prefixes and prompt take away from the text.</summary>
    public int PositionsTaken => PrefixLength + PromptLength;

    /// <summary>P of the prefixes; 0 without.</summary>
    public int PrefixLength => Prefixes.Count == 0 ? 0 : Prefixes[0].Keys.Shape.FirstOrDefault();

    /// <summary>P of the prompt; 0 without.</summary>
    public int PromptLength => Prompt?.Shape.FirstOrDefault() ?? 0;
}

/// <summary>What an adapter reads; f is the sub-layer's output, a its residual, LN its LayerNorm.</summary>
internal enum AdapterInput
{
    /// <summary>f: AdaMix and Houlsby.</summary>
    Output,

    /// <summary>LN(f + a): Pfeiffer.</summary>
    Normalized,

    /// <summary>a: the parallel adapter.</summary>
    Residual,
}

/// <summary>A bottleneck adapter in a sub-layer: <c>f + scale · up(activation(down(input)))</c> takes the place of the sub-layer's output f.</summary>
/// <param name="Module"><c>encoder.layer.I.attention.output</c> or <c>encoder.layer.I.output</c>.</param>
/// <param name="Input">What it reads.</param>
/// <param name="DownWeight">[bottleneck, hidden].</param>
/// <param name="DownBias">[bottleneck].</param>
/// <param name="UpWeight">[hidden, bottleneck].</param>
/// <param name="UpBias">[hidden].</param>
/// <param name="Activation">Between the projections; erf GELU in AdaMix.</param>
/// <param name="Scale">Factor of what is added.</param>
internal sealed record AdapterWeights(
    string Module, AdapterInput Input, HostTensor DownWeight, HostTensor DownBias, HostTensor UpWeight, HostTensor UpBias, Activation Activation, float Scale = 1);

/// <summary>Adds <c>scale · B A</c> to a linear module's weight.</summary>
/// <param name="Module">For example <c>encoder.layer.0.attention.self.query</c>.</param>
/// <param name="Down">A, [rank, in].</param>
/// <param name="Up">B, [out, rank].</param>
/// <param name="Scale">alpha / rank, or alpha / √rank.</param>
internal sealed record LowRankUpdate(string Module, HostTensor Down, HostTensor Up, float Scale);

/// <summary>Multiplies a linear module's output, bias included.</summary>
/// <param name="Module">For example <c>encoder.layer.0.attention.self.key</c>.</param>
/// <param name="Factors">[out].</param>
internal sealed record OutputScale(string Module, HostTensor Factors);

/// <summary>Keys and values before a layer's own.</summary>
/// <param name="Layer">Layer index from 0.</param>
/// <param name="Keys">[P, hidden].</param>
/// <param name="Values">[P, hidden].</param>
internal sealed record PrefixWeights(int Layer, HostTensor Keys, HostTensor Values);
