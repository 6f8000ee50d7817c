using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.ModelFiles;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>What a mixture file says of its experts, beside what every model's manifest says.</summary>
internal sealed record MixtureManifest : ModelManifest
{
    /// <summary>Written into every file; raise it when the format changes.</summary>
    public const int CurrentVersion = 6;

    /// <summary>From here on files have a hash of their own; before 5 they have no template, before 6 no windows.</summary>
    public const int VersionWithHash = 4;

    /// <summary>Has no <see cref="ModelManifest.Training"/>; version 3 and those before have no hash beside the manifest.</summary>
    public const int VersionWithoutTraining = 2;

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

    protected override string? FindOwnProblem() =>
        OtherEncoder is null ? "does not say on which encoder it was tuned"
        : Edits.Count > 0 ? $"has Edits of the kind '{Edits.First().Key}'; expected are none in a mixture file"
        : Parts.Count > 0 ? $"has Parts such as '{Parts.Keys.First()}'; expected are none in a mixture file"
        : Compact is not null ? "has Compact; expected is none in a mixture file"
        : null;
}
