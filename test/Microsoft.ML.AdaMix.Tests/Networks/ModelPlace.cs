using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

/// <summary>Where a model computes, and in which types.</summary>
/// <param name="Device">Where.</param>
/// <param name="Precision">Of the frozen matrices.</param>
/// <param name="States">Of residuals and of what is trained.</param>
internal sealed record ModelPlace(Device Device, ScalarType Precision, ScalarType States = ScalarType.Float32)
{
    public static ModelPlace Cpu { get; } = new(CPU, ScalarType.Float32);

    /// <summary>The CPU, with all that a GPU has in one type in that type.</summary>
    public static ModelPlace All(ScalarType type) => new(CPU, type, type);
}
