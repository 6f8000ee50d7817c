namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>One number of an evaluation.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Value">The number.</param>
/// <param name="IsShare">Whether people read it in per cent.</param>
internal sealed record Metric(string Name, string Title, double Value, bool IsShare = false)
{
    public override string ToString() => IsShare && double.IsFinite(Value) ? $"{Value * 100:F1} %" : $"{Value:F3}";
}
