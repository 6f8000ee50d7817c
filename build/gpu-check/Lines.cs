namespace Microsoft.ML.AdaMix.GpuCheck;

/// <summary>A line of the results; its kind tells which.</summary>
internal abstract record Line(string Kind);

/// <param name="Device">The card, or the processor's cores.</param>
/// <param name="Driver">Of the card.</param>
/// <param name="LibTorch">The folder of the libtorch in use.</param>
/// <param name="LibTorchVersion">As the folder's PyTorch says it; null where it says nothing.</param>
/// <param name="Cores">Of the processor.</param>
internal sealed record EnvironmentLine(string Device, string? Driver, string LibTorch, string? LibTorchVersion, int Cores)
    : Line("environment");

/// <param name="Name">The claim.</param>
/// <param name="Passed">Whether it holds.</param>
/// <param name="Found">The largest difference, or another figure.</param>
/// <param name="Limit">What it may be.</param>
/// <param name="Error">Why it could not be found.</param>
internal sealed record CheckLine(string Name, bool Passed, double? Found, double? Limit, string? Error = null) : Line("check");

/// <param name="What">What was not run.</param>
/// <param name="Reason">Why.</param>
internal sealed record SkippedLine(string What, string Reason) : Line("skipped");

/// <param name="Precision">Of the products.</param>
/// <param name="Teraflops">10¹² operations a second of one large product.</param>
internal sealed record PeakLine(string Precision, double Teraflops) : Line("peak");

/// <param name="Shape">mini, base or large.</param>
/// <param name="Batch">Rows of a step.</param>
/// <param name="Method">adamix (two passes), lora or full (one pass).</param>
/// <param name="Precision">Of the frozen matrices.</param>
/// <param name="RowsPerSecond">Of the training loop.</param>
/// <param name="Steps">How many were timed.</param>
/// <param name="PeakShare">Share of the card's peak that the encoder's products reach.</param>
/// <param name="Loss">Of the last step that told it.</param>
internal sealed record SpeedLine(
    string Shape, int Batch, string Method, string Precision, double RowsPerSecond, int Steps, double PeakShare, double Loss)
    : Line("speed");
