namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>
/// Types of numbers in checkpoint files. Only the float types of <see cref="Models.StorageType"/> can be read as weights.
/// </summary>
internal enum ElementType
{
    Float64,
    Float32,
    Float16,
    BFloat16,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt8,
    Bool,

    /// <summary>Known to the file format, never a weight here (8-bit floats, complex and unsigned wide integers).</summary>
    Other,
}

internal static class ElementTypes
{
    /// <summary>Bytes of one number; one for the types that no weight has.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Float64 or ElementType.Int64 => 8,
        ElementType.Float32 or ElementType.Int32 => 4,
        ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 => 2,
        _ => 1,
    };
}
