using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

/// <summary>Where a model computes, and in which type its frozen matrices are.</summary>
internal sealed record ModelPlace(Device Device, ScalarType Precision)
{
    public static ModelPlace Cpu { get; } = new(CPU, ScalarType.Float32);
}
