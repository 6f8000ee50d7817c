namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>
/// What trainers keep beside the weights: plain values of Python, settings, configurations. It is read as nothing, and never run.
/// </summary>
internal static class ForeignNames
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "_codecs.encode",
        "copyreg._reconstructor", "copy_reg._reconstructor",
        "functools.partial",
        "types.SimpleNamespace",
        "getattr", // of an enumeration, since Python 3.11
        "set", "frozenset", "list", "tuple", "bytearray", "bytes", "complex", "slice", "range", "object", "int", "float", "str", "bool",
        "long", "xrange", "unicode", // as protocol 2 has them
    };

    private static readonly string[] Modules =
    [
        "argparse", "collections", "datetime", "decimal", "enum", "fractions", "pathlib", "uuid",
        "numpy", "omegaconf",
        "accelerate", "lightning", "lightning_fabric", "pytorch_lightning", "torch.optim", "transformers",
    ];

    // Whole models: their weights lie in objects, not in a state dictionary.
    private const string ModelCode = ".modeling_";

    /// <param name="name">Module and name, with a dot between them.</param>
    public static bool Has(string name) =>
        Names.Contains(WithoutBuiltins(name))
        || (!name.Contains(ModelCode, StringComparison.Ordinal) && Array.Exists(Modules, module => IsIn(name, module)));

    private static bool IsIn(string name, string module) =>
        name.Length > module.Length && name[module.Length] == '.' && name.StartsWith(module, StringComparison.Ordinal);

    private static string WithoutBuiltins(string name) => name switch
    {
        _ when IsIn(name, "builtins") => name["builtins.".Length..],
        _ when IsIn(name, "__builtin__") => name["__builtin__.".Length..],
        _ when !name.Contains('.', StringComparison.Ordinal) => string.Empty,
        _ => name,
    };
}
