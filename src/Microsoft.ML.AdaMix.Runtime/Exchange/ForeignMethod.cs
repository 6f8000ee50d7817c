using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>What a method of another library is read from.</summary>
/// <param name="Config">Its options.</param>
/// <param name="Tensors">Its tensors.</param>
/// <param name="Names">How they are named.</param>
/// <param name="Encoder">The encoder that it tunes.</param>
internal sealed record MethodReading(ForeignConfig Config, ForeignTensors Tensors, ModuleNames Names, LoadedEncoder Encoder);

/// <summary>What a method of another library is written as.</summary>
/// <param name="Config">Its options.</param>
/// <param name="Tensors">Its tensors by name.</param>
internal sealed record MethodWriting(JsonObject Config, IReadOnlyList<KeyValuePair<string, HostTensor>> Tensors);

/// <summary>A tuning method as another library keeps it, both ways. One file a method.</summary>
internal abstract class ForeignMethod
{
    /// <summary>What it is called there.</summary>
    public abstract string Name { get; }

    /// <summary>Reads options and tensors; what makes no sense here is refused by name.</summary>
    /// <exception cref="InvalidDataException">An option or a tensor cannot be used.</exception>
    public abstract EncoderEdits Read(MethodReading reading);

    /// <summary>Whether it can say what a model's edits are. There is at least one.</summary>
    public abstract bool Fits(EncoderEdits edits);

    /// <summary>Writes edits that it fits.</summary>
    /// <exception cref="NotSupportedException">It cannot say them after all; the message says why.</exception>
    public abstract MethodWriting Write(EncoderEdits edits, ModuleNames names, EncoderConfig encoder);
}
