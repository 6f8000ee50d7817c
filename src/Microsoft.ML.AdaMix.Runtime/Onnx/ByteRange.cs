using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Which values the bytes of an activation stand for, as multiples of the token's largest.</summary>
/// <param name="Zero">The byte that stands for 0.</param>
/// <param name="Least">No value is below it, 0 or negative; null: values are as often negative as positive.</param>
internal readonly record struct ByteRange(byte Zero, float? Least)
{
    // An eighth of all bytes for what is below 0. With 48 errors were the same, with 16 up to a tenth and with 8 up to a third larger
    // (roberta-mini, trec6, sst2 and emotion).
    private const byte LowZero = 32;

    /// <summary>Half of the bytes for either sign.</summary>
    public static ByteRange Symmetric { get; } = new(Quantization.UnsignedZero, null);

    /// <summary>From one byte to the next.</summary>
    public float Step => 1f / (byte.MaxValue - Zero);

    /// <summary>The least that the highest byte may stand for, lest <see cref="Least"/> falls off the lowest.</summary>
    public float LeastLargest => Least is < 0 ? -Least.Value / (Zero * Step) : 0;

    /// <summary>
    /// What an activation function gives. Most are hardly ever negative, so that the bytes that <see cref="Symmetric"/> has for negative
    /// values serve as finer steps of the
    /// positive ones.
    /// </summary>
    public static ByteRange For(Activation activation) => activation switch
    {
        Activation.Gelu or Activation.GeluTanh or Activation.Gelu10 => new(LowZero, -0.171f),
        Activation.QuickGelu => new(LowZero, -0.164f),
        Activation.Silu => new(LowZero, -0.279f),
        Activation.Mish => new(LowZero, -0.309f),
        Activation.Relu or Activation.Relu2 or Activation.Relu6 or Activation.Laplace or Activation.Sigmoid => new(0, 0),
        Activation.LeakyRelu or Activation.Tanh or Activation.Linear => Symmetric,
        _ => throw new NotSupportedException($"The range of the activation {activation} is not known."),
    };
}
