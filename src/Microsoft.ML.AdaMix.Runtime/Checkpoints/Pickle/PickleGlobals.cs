namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>The few names that a saved state dictionary needs. Each stands for a piece of data; nothing is looked up or executed.</summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, ElementType> StorageTypes = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = ElementType.Float64,
        ["FloatStorage"] = ElementType.Float32,
        ["HalfStorage"] = ElementType.Float16,
        ["BFloat16Storage"] = ElementType.BFloat16,
        ["LongStorage"] = ElementType.Int64,
        ["IntStorage"] = ElementType.Int32,
        ["ShortStorage"] = ElementType.Int16,
        ["CharStorage"] = ElementType.Int8,
        ["ByteStorage"] = ElementType.UInt8,
        ["BoolStorage"] = ElementType.Bool,
    };

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "collections.OrderedDict",
        "torch._utils._rebuild_tensor",
        "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_parameter_with_state",
        "torch.Size",
        "torch.device",
        "torch.float64", "torch.float32", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32", "torch.int16", "torch.int8",
        "torch.uint8", "torch.bool",
    };

    // Dictionaries under other names.
    private static readonly HashSet<string> Dictionaries = new(StringComparer.Ordinal)
    {
        "collections.defaultdict", "collections.Counter", "builtins.dict", "__builtin__.dict",
        "pytorch_lightning.utilities.parsing.AttributeDict",
        "lightning.fabric.utilities.data.AttributeDict", "lightning_fabric.utilities.data.AttributeDict",
    };

    /// <summary>The name as data.</summary>
    /// <exception cref="InvalidDataException">It is not on the list; the message names it.</exception>
    public static PickleGlobal Resolve(string module, string name)
    {
        PickleGlobal global = new(module, name);
        string full = global.ToString();
        return Others.Contains(full) || Dictionaries.Contains(full) || StorageType(global) is not null || ForeignNames.Has(full)
            ? global
            : throw new InvalidDataException(
                $"it asks for '{global}', which is not part of a state dictionary and could run code; it is refused and nothing was run. " +
                "Save the weights alone with torch.save(model.state_dict(), ...) or as safetensors");
    }

    /// <summary>The element type of a torch storage class, or null if the name is something else.</summary>
    public static ElementType? StorageType(PickleGlobal global) =>
        global.Module is "torch" or "torch.storage" && StorageTypes.TryGetValue(global.Name, out ElementType type) ? type : null;

    /// <summary>What calling an allowed name with arguments gives.</summary>
    public static object? Call(PickleGlobal global, object?[] arguments) => (global.ToString(), arguments) switch
    {
        ("collections.OrderedDict", []) => new PickleDictionary(),
        ("collections.OrderedDict", [List<object?> pairs]) => FromPairs(pairs),
        ("torch._utils._rebuild_tensor"
            or "torch._utils._rebuild_tensor_v2", [PickleStorage storage, long offset, object?[] shape, object?[] strides, ..]) =>
            Tensor(storage, offset, shape, strides),
        ("torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state", [PickleTensor data, ..]) => data,
        ("torch.Size", [object?[] sizes]) => sizes,
        ("torch.device", [string name, ..]) => name,
        var (name, _) when Dictionaries.Contains(name) => new PickleDictionary(),
        var (name, _) when ForeignNames.Has(name) => PickleForeign.Instance,
        _ => throw new InvalidDataException($"it calls '{global}' with {arguments.Length} arguments of an unexpected kind"),
    };

    private static PickleDictionary FromPairs(List<object?> pairs)
    {
        PickleDictionary dictionary = new();
        foreach (object? pair in pairs)
        {
            (object? key, object? value) = pair switch
            {
                object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                List<object?> { Count: 2 } list => (list[0], list[1]),
                _ => throw new InvalidDataException("it builds an OrderedDict from something other than pairs"),
            };
            dictionary.Set(key, value);
        }

        // Used up: an honest file refers to it once, and a hostile one cannot have it copied again and again.
        pairs.Clear();
        return dictionary;
    }

    private static PickleTensor Tensor(PickleStorage storage, long offset, object?[] shape, object?[] strides)
    {
        if (shape.Length != strides.Length)
        {
            throw new InvalidDataException($"a tensor has {shape.Length} sizes but {strides.Length} strides");
        }

        if (shape.Length > TensorEntry.MaxDimensions)
        {
            throw new InvalidDataException($"a tensor has {shape.Length} dimensions, more than {TensorEntry.MaxDimensions}");
        }

        return new PickleTensor(storage, offset, Array.ConvertAll(shape, Number), Array.ConvertAll(strides, Number));
    }

    private static long Number(object? value) => value is long and >= 0
        ? (long)value
        : throw new InvalidDataException($"a tensor has the size or stride '{value}'; whole numbers from 0 are expected");
}
