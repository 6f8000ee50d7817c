using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>What a folder of another library says of a model.</summary>
/// <param name="Base">The model that it tunes.</param>
/// <param name="Edits">What it changes.</param>
/// <param name="Head">Its head.</param>
/// <param name="Task">What it is for.</param>
/// <param name="Labels">The names of its outputs, where they are told.</param>
internal sealed record ForeignModel(BaseModel Base, EncoderEdits Edits, HeadWeights Head, TextTask Task, string[]? Labels)
{
    /// <summary>The adapter's own file that tells the names; null where they are the encoder's.</summary>
    public string? LabelsFile { get; init; }
}
