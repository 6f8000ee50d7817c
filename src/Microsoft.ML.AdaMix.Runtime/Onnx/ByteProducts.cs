using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>How this processor multiplies bytes.</summary>
internal static class ByteProducts
{
    private const int FeatureLeaf = 7;
    private const int Avx512VnniBit = 11; // of ECX

    /// <summary>Whether ONNX Runtime's product of uint8 activations and int8 weights is exact.</summary>
    /// <remarks>
    /// On x64 without VNNI it adds two products in 16 bits and cuts off what does not fit (onnxruntime issue 6004); there the weights are
    /// uint8 too, for which its product is exact, though slower. Where bytes have dot products of their own, that would be slower by half
    /// for nothing.
    /// </remarks>
    public static bool TakeSignedWeights { get; } =
        RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.X86) || AvxVnni.IsSupported || HasAvx512Vnni();

    private static bool HasAvx512Vnni() =>
        Avx512BW.VL.IsSupported && (X86Base.CpuId(FeatureLeaf, 0).Ecx & (1 << Avx512VnniBit)) != 0;
}
