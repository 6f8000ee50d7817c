using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>Arithmetic with numbers, and sums.</summary>
/// <remarks>
/// TorchSharp's own operators make a <see cref="Scalar"/> for each number, and one of 1 for each sum and range, and do not keep it alive
/// while libtorch reads it: a garbage collection at that moment frees it, and the sum fails (seen after some ten thousand sums beside
/// a collecting thread) or may be wrong. Here they live long enough. The project bans the operators (BannedSymbols.txt).
/// </remarks>
internal static class TensorArithmetic
{
    private static readonly Scalar Zero = 0L.ToScalar();
    private static readonly Scalar One = 1L.ToScalar();
    private static readonly Scalar MinusOne = (-1L).ToScalar();

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + number.</summary>
    public static Tensor Plus(this Tensor a, double number)
    {
        using Scalar scalar = number.ToScalar();
        return a.add(scalar, One);
    }

    /// <summary>a − b.</summary>
    public static Tensor Minus(this Tensor a, Tensor b) => a.add(b, MinusOne);

    /// <summary>a · factor.</summary>
    public static Tensor Times(this Tensor a, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return a.mul(scalar);
    }

    /// <summary>a · factor, of whole numbers.</summary>
    public static Tensor Times(this Tensor a, long factor)
    {
        using Scalar scalar = factor.ToScalar();
        return a.mul(scalar);
    }

    /// <summary>Limits values to a range.</summary>
    public static Tensor Within(this Tensor a, double least, double most)
    {
        using Scalar lower = least.ToScalar();
        using Scalar upper = most.ToScalar();
        return a.clamp(lower, upper);
    }

    /// <summary>a += number.</summary>
    public static Tensor AddInPlace(this Tensor a, double number)
    {
        using Scalar scalar = number.ToScalar();
        return a.add_(scalar, One);
    }

    /// <summary>a += factor · b.</summary>
    public static Tensor AddInPlace(this Tensor a, Tensor b, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return a.add_(b, scalar);
    }

    /// <summary>a += factor · b · c.</summary>
    public static Tensor AddProductInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return a.addcmul_(b, c, scalar);
    }

    /// <summary>a += factor · b / c.</summary>
    public static Tensor AddQuotientInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return a.addcdiv_(b, c, scalar);
    }

    /// <summary>a *= factor.</summary>
    public static Tensor TimesInPlace(this Tensor a, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return a.mul_(scalar);
    }

    /// <summary>a /= divisor.</summary>
    public static Tensor DivideInPlace(this Tensor a, double divisor)
    {
        using Scalar scalar = divisor.ToScalar();
        return a.div_(scalar);
    }

    /// <summary>0, 1, 2 … as int64 [count].</summary>
    public static Tensor Count(long count, Device device)
    {
        using Scalar stop = count.ToScalar();
        return arange(Zero, stop, One, dtype: ScalarType.Int64, device: device);
    }

    /// <summary>float32 of one value everywhere.</summary>
    public static Tensor Everywhere(long[] shape, double value)
    {
        using Scalar scalar = value.ToScalar();
        return full(shape, scalar, dtype: ScalarType.Float32);
    }
}
