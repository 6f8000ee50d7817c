namespace Microsoft.ML.AdaMix.GpuCheck.Speed;

/// <summary>Milliseconds of a step's parts, the device waited for after each: more in all than a step takes.</summary>
internal sealed record BreakdownLine(
    string Shape, int Batch, string Method, string Precision, double Data, double Forward, double Backward, double Clip, double Optimizer)
    : Line("breakdown");
