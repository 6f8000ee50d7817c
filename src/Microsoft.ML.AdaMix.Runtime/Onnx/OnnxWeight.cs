using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// A weight of the graph. The numbers of an embedded one are part of the model's bytes; of the others only name and shape are, and the
/// session is handed the memory itself.
/// </summary>
internal abstract record OnnxWeight(string Name, bool Embedded)
{
    public abstract int[] Shape { get; }

    public abstract TensorElementType ElementType { get; }

    /// <summary>The numbers, row-major.</summary>
    public abstract ReadOnlySpan<byte> Data { get; }

    /// <summary>The memory as ONNX Runtime sees it, not copied. Whoever uses it keeps this weight alive.</summary>
    /// <remarks>
    /// By address, because the memory does not move. ONNX Runtime would pin it, and only disposal, not finalisation, would end that: the
    /// memory of a forgotten model would stay for ever.
    /// </remarks>
    public unsafe OrtValue ToValue() => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, ElementType, Array.ConvertAll(Shape, size => (long)size),
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Data)), Data.Length);
}

/// <summary>A weight of float32.</summary>
internal sealed record OnnxFloats(string Name, HostTensor Tensor, bool Embedded) : OnnxWeight(Name, Embedded)
{
    public override int[] Shape => Tensor.Shape;

    public override TensorElementType ElementType => TensorElementType.Float;

    public override ReadOnlySpan<byte> Data => MemoryMarshal.AsBytes<float>(Tensor.Values.Span);
}

/// <summary>A weight of bytes.</summary>
internal sealed record OnnxBytes(string Name, ByteTensor Tensor, bool Embedded) : OnnxWeight(Name, Embedded)
{
    public override int[] Shape => Tensor.Shape;

    public override TensorElementType ElementType => Tensor.IsSigned ? TensorElementType.Int8 : TensorElementType.UInt8;

    public override ReadOnlySpan<byte> Data => Tensor.Bytes;
}
