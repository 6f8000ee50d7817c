namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>What a checkpoint says beside its tensors.</summary>
internal sealed record CheckpointManifest
{
    /// <summary>Written into every file; raise it when the format changes.</summary>
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    /// <summary>The version of Microsoft.ML.AdaMix that wrote it.</summary>
    public required string ProductVersion { get; init; }

    /// <summary>What is trained.</summary>
    public required TrainingIdentity Training { get; init; }

    /// <summary>Where it is trained.</summary>
    public required TrainingPlace Place { get; init; }

    public required TrainingPosition Position { get; init; }

    public required TrainingHistory History { get; init; }
}

/// <summary>Where a training computes: not what it is, but its last bits depend on it.</summary>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Precision">The type in which the frozen matrices multiply.</param>
internal sealed record TrainingPlace(string Device, string Precision);
