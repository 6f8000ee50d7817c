using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.HeadOnly;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Only the head is trained, on the encoder's output at the first token: the least that can be done, and the yardstick of the others.
/// </summary>
[JsonConverter(typeof(OptionConverter<HeadOnlyTuning, TuningMethodFormat>))]
public sealed record HeadOnlyTuning : TuningMethod
{
    /// <inheritdoc/>
    public override string Name => "head";

    internal override ITuningModule Create(MethodContext context) => new HeadOnlyModule(context.Config.Layers);
}
