using System.Collections;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>What tuning changed in an encoder, in the order in which it is computed; whatever the method was. Immutable.</summary>
[CollectionBuilder(typeof(EncoderEdits), nameof(Create))]
internal sealed class EncoderEdits : IReadOnlyList<EncoderEdit>
{
    /// <summary>The plain encoder.</summary>
    public static readonly EncoderEdits None = new([]);

    private readonly EncoderEdit[] _edits;

    private EncoderEdits(EncoderEdit[] edits) => _edits = edits;

    public int Count => _edits.Length;

    /// <summary>Embeddings before the text's own, [P, hidden], or null.</summary>
    public HostTensor? Prompt => Array.Find(_edits, edit => edit.Prompt is not null)?.Prompt;

    /// <summary>P of the prefixes; 0 without.</summary>
    public int PrefixLength => Array.Find(_edits, edit => edit.PrefixLength > 0)?.PrefixLength ?? 0;

    /// <summary>How many positions prefixes take.</summary>
    public int PrefixPositions => Array.Exists(_edits, edit => edit.PrefixLength > 0 && !edit.PrefixTakesPositions) ? 0 : PrefixLength;

    /// <summary>How many positions prefixes and prompt take away from the text.</summary>
    public int PositionsTaken => PrefixPositions + (Prompt?.Shape.FirstOrDefault() ?? 0);

    public EncoderEdit this[int index] => _edits[index];

    /// <summary>For collection expressions.</summary>
    public static EncoderEdits Create(ReadOnlySpan<EncoderEdit> edits) => edits.IsEmpty ? None : new(edits.ToArray());

    /// <summary>Keys and values before a layer's own, or null.</summary>
    public KeysAndValues? Prefix(int layer) => _edits.Select(edit => edit.Prefix(layer)).FirstOrDefault(prefix => prefix is not null);

    public IEnumerator<EncoderEdit> GetEnumerator() => _edits.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
