using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Full;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Full fine-tuning (Devlin et al. 2019): every weight of the encoder is trained. The saved model is as large as the encoder.
/// </summary>
[JsonConverter(typeof(OptionConverter<FullFineTuning, TuningMethodFormat>))]
public sealed record FullFineTuning : TuningMethod
{
    /// <inheritdoc/>
    public override string Name => "full";

    internal override double LearningRate(EncoderConfig encoder, int experts) => encoder.HiddenSize <= LargestSmallEncoder ? 1e-4 : 2e-5;

    internal override bool ChangesEmbeddings => true;

    internal override ITuningModule Create(MethodContext context) => new FullModule(context);
}
