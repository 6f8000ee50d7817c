using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>Whether what was read of a file's tensors can be right.</summary>
internal static class Tensors
{
    /// <summary>Reads all tensors of a float type and looks whether they have as many numbers as they say.</summary>
    public static string? FindProblem(ITensorSource source)
    {
        foreach ((string name, TensorEntry entry) in source.Tensors)
        {
            if (name != entry.Name)
            {
                return $"'{name}' is called '{entry.Name}'";
            }

            if (IsFloat(entry.Type) && OfOne(entry, source.Read(name)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    public static bool IsFloat(ElementType type) => type is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16;

    public static bool AreEqual(HostTensor one, HostTensor other) =>
        one.Storage == other.Storage && one.Shape.AsSpan().SequenceEqual(other.Shape)
        && System.Runtime.InteropServices.MemoryMarshal.AsBytes(one.Values.Span).SequenceEqual(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(other.Values.Span));

    private static string? OfOne(TensorEntry entry, HostTensor read)
    {
        Int128 count = 1;
        for (int d = 0; d < entry.Shape.Length; d++)
        {
            count *= entry.Shape[d];
            if (entry.Shape[d] != read.Shape[d])
            {
                return $"'{entry.Name}' of shape {entry.ShapeText} is read as {TensorEntry.Describe(read.Shape)}";
            }
        }

        float sum = 0;
        foreach (float value in read.Values.Span)
        {
            sum += value; // reading outside of memory would end the process here
        }

        return count == read.Values.Length ? null
            : $"'{entry.Name}' of shape {entry.ShapeText} has {read.Values.Length} numbers, {sum} in all";
    }
}
