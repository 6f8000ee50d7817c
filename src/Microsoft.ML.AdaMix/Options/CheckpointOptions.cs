using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Where and how often a training writes down all that it is, so that one that was killed anywhere goes on as if nothing had happened.
/// </summary>
/// <remarks>
/// <para>
/// <c>Fit</c> with the same options and data goes on from the newest checkpoint in the folder; on the CPU of one machine it ends with the
/// bits of a training that was never stopped. A damaged checkpoint is passed over with a warning. One of other data, of another encoder or
/// of other options is an error that lists the differences.
/// </para>
/// <para>
/// Each epoch's end is written too. Without <see cref="Steps"/>, one that takes long waits until checkpoints take at most a fiftieth of the
/// time; the last epoch's end and a cancellation wait for nothing. A checkpoint appears whole or not at all; one that cannot be written is
/// a warning.
/// </para>
/// <para>Immutable; a changed copy is made with <c>checkpoints with { ... }</c>.</para>
/// </remarks>
[JsonConverter(typeof(OptionConverter<CheckpointOptions, ObjectFormat<CheckpointOptions>>))]
public sealed record CheckpointOptions
{
    /// <summary>The folder; it is made where it is missing. One training at a time uses it.</summary>
    [Option("checkpoint", "Folder for the training's checkpoints.", Expected = "the path of a folder", Placeholder = "DIR")]
    public string Folder { get; init; } = string.Empty;

    /// <summary>Steps between two checkpoints, 1 or more. Null, the default, goes by <see cref="Minutes"/> alone.</summary>
    [Option("checkpoint-steps", "Steps between two checkpoints.", Min = 1, Unit = "steps", WhenNull = "by time alone")]
    public int? Steps { get; init; }

    /// <summary>Minutes between two checkpoints, more than 0. Default 1. Null goes by <see cref="Steps"/> and epochs alone.</summary>
    [Option("checkpoint-minutes", "Minutes between two checkpoints.", Min = 0, WithoutMin = true, Unit = "minutes",
        WhenNull = "by steps and epochs alone")]
    public double? Minutes { get; init; } = 1;

    /// <summary>How many checkpoints are kept, the last ones, 1 to 1000. Default 2.</summary>
    /// <remarks>One holds 12 bytes for each trained number, and 4 more with validation.</remarks>
    [Option("keep-checkpoints", "How many checkpoints are kept, the last ones.", Min = 1, Max = 1000)]
    public int Keep { get; init; } = 2;

    /// <summary>
    /// Whether each training gets a folder of its own within <see cref="Folder"/>, named by what it trains on and how. Default false.
    /// </summary>
    /// <remarks>
    /// For cross-validation and sweeps, whose trainings have the same options or the same data. A training with other options is then
    /// another training, and not an error.
    /// </remarks>
    [Option("checkpoint-folder-each", "Each training gets a folder of its own within.", OnlyInCode = true)]
    public bool FolderPerTraining { get; init; }
}
