using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Names of an encoder's modules as another library's files have them, both ways.</summary>
/// <param name="config">The encoder.</param>
/// <param name="start">What stands before the model's own names.</param>
internal sealed class ModuleNames(EncoderConfig config, string start)
{
    private readonly FamilyDefinition _family = config.Definition;

    /// <summary>A module of the encoder by its own name, as files name it.</summary>
    public string Stored(string own) => start + WithinModel(own);

    /// <summary>A module of the encoder within the whole model: <c>roberta.encoder.layer.0.attention.self.query</c>.</summary>
    public string WithinModel(string own) => _family.Prefixes[0] + _family.StoredName(own);

    /// <summary>The own name of the encoder's module that a file names; null if it is in no base model.</summary>
    public string? Own(string stored) =>
        stored.StartsWith(start + _family.Prefixes[0], StringComparison.Ordinal)
            ? _family.OwnName(stored[(start.Length + _family.Prefixes[0].Length)..])
            : null;
}
