using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>The kinds of edit there are. A new kind is registered here and nowhere else.</summary>
/// <remarks>Safe for use by many threads.</remarks>
internal static class EditKinds
{
    private static readonly Lock Lock = new();

    private static volatile EditKind[] _kinds =
    [
        AdapterEdit.Kind,
        LowRankEdit.Kind,
        ScaleEdit.Kind,
        InputScaleEdit.Kind,
        ReplacementEdit.Kind,
        PrefixEdit.Kind,
        PlacelessPrefixEdit.Kind,
        PromptEdit.Kind,
    ];

    /// <summary>Makes a kind known; for kinds from outside.</summary>
    /// <exception cref="ArgumentException">Another kind has the name.</exception>
    public static void Register(EditKind kind)
    {
        lock (Lock)
        {
            if (Array.Find(_kinds, known => known.Name == kind.Name) is { } other && other.Type != kind.Type)
            {
                throw new ArgumentException(
                    $"The kind of edit '{kind.Name}' is that of {other.Type.Name} already; give {kind.Type.Name} another name.",
                    nameof(kind));
            }

            _kinds = [.. _kinds.Where(known => known.Name != kind.Name), kind];
        }
    }

    /// <summary>Describes edits for a manifest, by kind; kinds in the order of their first edits.</summary>
    /// <exception cref="NotSupportedException">A kind is not registered.</exception>
    public static JsonObject Write(EncoderEdits edits) =>
        new(edits.GroupBy(Find).Select(group => KeyValuePair.Create(group.Key.Name, (JsonNode?)group.Key.Write([.. group]))));

    /// <summary>The edits that <see cref="Write"/> described, with their tensors.</summary>
    /// <param name="json">The description.</param>
    /// <param name="tensor">Gives a tensor by name.</param>
    /// <exception cref="InvalidDataException">A kind is not known, or its description makes no sense.</exception>
    public static EncoderEdits Read(JsonObject json, Func<string, HostTensor> tensor) =>
        [.. json.SelectMany(kind => Read(Find(kind.Key), kind.Value, tensor))];

    private static IReadOnlyList<EncoderEdit> Read(EditKind kind, JsonNode? json, Func<string, HostTensor> tensor)
    {
        try
        {
            return kind.Read(json, tensor);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The model's manifest is not valid: Edits.{kind.Name}: {error.Message}", error);
        }
    }

    private static EditKind Find(EncoderEdit edit) => Array.Find(_kinds, kind => kind.Type == edit.GetType())
        ?? throw new NotSupportedException(
            $"The edit {edit.GetType().Name} has no name under which a file could keep it; register its kind in EditKinds.");

    private static EditKind Find(string name) => Array.Find(_kinds, kind => kind.Name == name)
        ?? throw new InvalidDataException(
            $"The model has edits of the kind '{name}', which is not known; known are " +
            $"{string.Join(", ", _kinds.Select(kind => kind.Name))}. Was it saved by a later version, or tuned by a method from "
            + "elsewhere that is not registered here?");
}
