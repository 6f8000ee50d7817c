using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>
/// A kind of edit in saved models: the name under which a manifest describes its edits, and how. Their tensors stand elsewhere in the file.
/// </summary>
/// <param name="name">The name.</param>
/// <param name="type">The edits' type.</param>
internal abstract class EditKind(string name, Type type)
{
    public string Name => name;

    public Type Type => type;

    /// <summary>Describes a model's edits of this kind; at least one.</summary>
    public abstract JsonNode Write(IReadOnlyList<EncoderEdit> edits);

    /// <summary>The edits that were described.</summary>
    /// <param name="json">The description.</param>
    /// <param name="tensor">Gives a tensor by name.</param>
    /// <exception cref="JsonException">It is no description of this kind.</exception>
    public abstract IReadOnlyList<EncoderEdit> Read(JsonNode? json, Func<string, HostTensor> tensor);

    protected T Parse<T>(JsonNode? json) =>
        json.Deserialize<T>(StrictJson.Options) ?? throw new JsonException($"The edits of the kind '{name}' are null.");
}

/// <summary>A kind whose edits are described one by one, in a list.</summary>
/// <typeparam name="TEdit">The edit.</typeparam>
/// <typeparam name="TEntry">
/// What is no tensor of it, or names its tensors. A structure, so that JSON's null is none; with its constructor named, so that nothing of
/// it may be missing.
/// </typeparam>
/// <param name="name">The name in a manifest.</param>
/// <param name="describe">Describes an edit.</param>
/// <param name="restore">An edit from its description and from tensors by name.</param>
internal sealed class EditKind<TEdit, TEntry>(
    string name, Func<TEdit, TEntry> describe, Func<TEntry, Func<string, HostTensor>, TEdit> restore)
    : EditKind(name, typeof(TEdit))
    where TEdit : EncoderEdit
{
    // Twice the tensors of the deepest encoder that is read.
    private const int MostEdits = 1 << 14;

    public override JsonNode Write(IReadOnlyList<EncoderEdit> edits) =>
        JsonSerializer.SerializeToNode(edits.Cast<TEdit>().Select(describe).ToArray(), StrictJson.Options)!;

    public override IReadOnlyList<EncoderEdit> Read(JsonNode? json, Func<string, HostTensor> tensor) =>
        json is JsonArray { Count: > MostEdits } many
            ? throw new JsonException($"The edits of the kind '{Name}' are {many.Count}; expected are at most {MostEdits}.")
            : Array.ConvertAll(Parse<TEntry[]>(json), entry => restore(entry, tensor));
}
