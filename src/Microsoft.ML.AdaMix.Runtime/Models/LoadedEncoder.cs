namespace Microsoft.ML.AdaMix.Models;

/// <summary>
/// A pretrained encoder in host memory: configuration, weights under their Hugging Face names without the <c>roberta.</c> / <c>bert.</c>
/// prefix (for example <c>encoder.layer.0.attention.self.query.weight</c>), and the tokenizer's files.
/// </summary>
/// <remarks>
/// Checked on construction by the checkpoint reader: every tensor of <see cref="EncoderTensors"/> is present with its shape and finite.
/// </remarks>
/// <param name="Name">What errors and logs call it: a folder, or "roberta-mini".</param>
/// <param name="Config">The architecture.</param>
/// <param name="Weights">
/// Tensors by canonical name. The BERT pooler (<c>pooler.dense.*</c>) is there only if the checkpoint has one.
/// </param>
/// <param name="Tokenizer">The tokenizer's files.</param>
internal sealed record LoadedEncoder(
    string Name,
    EncoderConfig Config,
    IReadOnlyDictionary<string, HostTensor> Weights,
    TokenizerFiles Tokenizer)
{
    public HostTensor this[string tensor] => Weights[tensor];
}
