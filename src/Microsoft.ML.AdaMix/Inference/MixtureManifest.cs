using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.ModelFiles;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>What a mixture file says of its experts, beside what every model's manifest says.</summary>
internal sealed record MixtureManifest : ModelManifest
{
    /// <summary>Written into every file; raise it when the format changes.</summary>
    public const int CurrentVersion = 2;

    [JsonConstructor]
    public MixtureManifest()
    {
    }

    [SetsRequiredMembers]
    public MixtureManifest(TrainedMixture mixture)
        : base(mixture.Plain)
    {
        Version = CurrentVersion;
        OtherEncoder = EncoderExtras.For(mixture.Plain.Tuned.Encoder).Identity;
        Method = mixture.Method;
        Mixture = mixture.Mixture;
    }

    public required int Version { get; init; }

    public required TuningMethod Method { get; init; }

    public required MixtureOptions Mixture { get; init; }
}
