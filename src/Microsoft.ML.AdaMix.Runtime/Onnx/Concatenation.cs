using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Tensors one below the other.</summary>
internal static class Concatenation
{
    /// <param name="tensors">At least one; alike in all dimensions but the first.</param>
    public static HostTensor Join(IReadOnlyList<HostTensor> tensors)
    {
        if (tensors.Count == 1)
        {
            return tensors[0];
        }

        int[] shape = [tensors.Sum(tensor => tensor.Shape[0]), .. tensors[0].Shape[1..]];
        return HostTensor.Create(shape, StorageType.Float32, memory =>
        {
            foreach (HostTensor tensor in tensors)
            {
                tensor.Values.CopyTo(memory);
                memory = memory[tensor.Values.Length..];
            }
        });
    }
}
