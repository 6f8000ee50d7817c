namespace Microsoft.ML.AdaMix.Tests.Networks;

/// <summary>A tensor of the reference numbers, and what was computed for it.</summary>
internal sealed record ParityValue(string Name, float[] Expected, float[] Actual);
