namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Types of numbers in checkpoint files. Only the float types of <see cref="Models.StorageType"/> can be read as weights.</summary>
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
