namespace Microsoft.ML.AdaMix.Networks;

/// <summary>What tells the dropout of one row in one pass from that of any other; drawn from the run's seed.</summary>
/// <param name="First">Mixed in before the first multiplication.</param>
/// <param name="Second">Mixed in between the two.</param>
internal readonly record struct DropoutKey(uint First, uint Second)
{
    public static DropoutKey From(ulong bits) => new((uint)bits, (uint)(bits >> 32));
}
