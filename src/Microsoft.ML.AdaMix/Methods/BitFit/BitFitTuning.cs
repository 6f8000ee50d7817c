using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.BitFit;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// BitFit (Ben Zaken et al. 2022): the biases of all linear modules and LayerNorms are trained from their pretrained values.
/// </summary>
/// <remarks>
/// With experts a draw picks all biases of a layer; those of the embeddings' LayerNorm go with layer 0, that of BERT's pooler with
/// the last.
/// </remarks>
[JsonConverter(typeof(OptionConverter<BitFitTuning, TuningMethodFormat>))]
public sealed record BitFitTuning : TuningMethod
{
    /// <inheritdoc/>
    public override string Name => "bitfit";

    /// <inheritdoc/>
    public override bool SupportsMixture => true;

    internal override bool ChangesEmbeddings => true;

    internal override bool ChangesProjections => true;

    internal override string? MisfitOf(EncoderConfig encoder) =>
        EncoderTensors.Required(encoder).Any(tensor => tensor.Name.EndsWith(".bias", StringComparison.Ordinal))
            ? null
            : $"trains the encoder's biases, and {encoder.Definition.Title} has none. Take another method, for example lora or adapter";

    internal override ITuningModule Create(MethodContext context) => new BitFitModule(context);
}
