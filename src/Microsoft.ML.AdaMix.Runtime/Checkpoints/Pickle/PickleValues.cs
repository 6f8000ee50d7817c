namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>A name that a pickle asks for; only those of <see cref="PickleGlobals"/> exist.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>An object of another library beside the weights, of which nothing is kept.</summary>
internal sealed class PickleForeign
{
    public static readonly PickleForeign Instance = new();

    private PickleForeign()
    {
    }
}

/// <summary>
/// A dictionary of a pickle, in the order of its keys. Keys that are no strings and no numbers name no weights, and are left out.
/// </summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<object, object?> _items = [];

    public IEnumerable<KeyValuePair<object, object?>> Items => _items;

    public object? this[object key] => _items.GetValueOrDefault(key);

    public void Set(object? key, object? value)
    {
        if (key is string or long or bool or double)
        {
            _items[key] = value;
        }
    }
}

/// <summary>A storage by its key: a flat array of numbers elsewhere in the file.</summary>
/// <param name="Key">Where the numbers are.</param>
/// <param name="Type">Type of the numbers, null for untyped bytes.</param>
/// <param name="Count">How many.</param>
/// <param name="First">Index of the first within the storage named by the key (views of the legacy format).</param>
internal sealed record PickleStorage(string Key, ElementType? Type, long Count, long First);

/// <summary>A tensor as a strided view of a storage.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Which numbers it has; equal for tied weights.</summary>
    public string Place =>
        $"{Storage.Type} {Storage.First}+{Offset} {TensorEntry.Describe(Shape)} {TensorEntry.Describe(Strides)} {Storage.Key}";
}
