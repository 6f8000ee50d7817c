using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// What a tuning method changes in one forward pass. Each member does nothing by default; a method implements those it needs.
/// </summary>
/// <remarks>
/// Modules are named as those of BERT in Hugging Face whatever the family, without prefix: <c>encoder.layer.0.attention.self.query</c>.
/// </remarks>
internal interface ITuning
{
    /// <summary>
    /// Trained embeddings [P, width of the word embeddings] that stand before the text's own, with positions of their own; null for none.
    /// </summary>
    Tensor? Prompt => null;

    /// <summary>
    /// By how much the positions of the text's tokens are moved: prefix tuning counts its prefix as tokens before the text.
    /// </summary>
    int PositionOffset => 0;

    /// <summary>A trained tensor in place of a frozen one.</summary>
    /// <param name="name">Its name in the checkpoint.</param>
    /// <param name="frozen">The pretrained values.</param>
    /// <returns>The same shape; a bias may have leading dimensions [B, 1] or [B, T] instead, one bias a row or token.</returns>
    Tensor Replace(string name, Tensor frozen) => frozen;

    /// <summary>Whether <see cref="Projected"/> changes what a linear module gives; true where a method does not say.</summary>
    bool Tunes(string module) => true;

    /// <summary>Changes what a linear module gives.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="input">[B, T, in].</param>
    /// <param name="output">[B, T, out], bias included.</param>
    /// <returns>[B, T, out].</returns>
    Tensor Projected(string module, Tensor input, Tensor output) => output;

    /// <summary>Changes what a sub-layer adds to its residual, before a LayerNorm behind it.</summary>
    /// <param name="module"><c>encoder.layer.0.attention.output</c> or <c>encoder.layer.0.output</c>.</param>
    /// <param name="output">[B, T, hidden] in the type of the states.</param>
    /// <param name="residual">The same, the sub-layer's input: its residual, unless a LayerNorm stands before the sub-layer.</param>
    /// <param name="norm">The frozen LayerNorm behind the sub-layer.</param>
    /// <returns>[B, T, hidden] in that type.</returns>
    Tensor Sublayer(string module, Tensor output, Tensor residual, Func<Tensor, Tensor> norm) => output;

    /// <summary>
    /// Trained keys and values, [P, hidden] each, that every token of a layer attends to beside the text's own; null for none.
    /// </summary>
    /// <param name="layer">Layer index from 0.</param>
    (Tensor Keys, Tensor Values)? Prefix(int layer) => null;
}

/// <summary>What computes with an <see cref="ITuning"/>.</summary>
internal static class TuningOfOptionalTensors
{
    /// <summary>A trained tensor in place of a frozen one, where there is one.</summary>
    public static Tensor? ReplaceIfAny(this ITuning tuning, string name, Tensor? frozen) =>
        frozen is null ? null : tuning.Replace(name, frozen);
}

/// <summary>The plain encoder.</summary>
internal sealed class NoTuning : ITuning
{
    public static readonly NoTuning Instance = new();

    public bool Tunes(string module) => false;
}
