using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>The encoder that a file was tuned on and does not hold.</summary>
/// <param name="Name">What it was called where the model was trained.</param>
/// <param name="Config">Its architecture.</param>
/// <param name="Identity">What it is known by.</param>
internal sealed record EncoderDescription(string Name, EncoderConfig Config, EncoderIdentity Identity)
{
    /// <summary>For messages.</summary>
    public override string ToString() =>
        $"the encoder '{Name}' ({Config.Family}, {Counts.Of(Config.Layers, "layer")}, hidden size {Config.HiddenSize}) "
        + $"with SHA-256 {Identity.Sha256()}";
}
