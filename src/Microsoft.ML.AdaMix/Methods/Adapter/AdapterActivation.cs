namespace Microsoft.ML.AdaMix;

/// <summary>The function between an adapter's projections.</summary>
public enum AdapterActivation
{
    /// <summary>x Φ(x), with erf.</summary>
    Gelu,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x sigmoid(x), also called swish.</summary>
    Silu,
}
