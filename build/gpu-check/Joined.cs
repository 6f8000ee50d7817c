namespace Microsoft.ML.AdaMix.GpuCheck;

/// <summary>A measurement of ours beside the peers' of the same shape, batch, method and precision.</summary>
internal sealed record Joined(SpeedLine Ours, double? Plain, double? Padded, double? Transformers)
{
    public Joined(SpeedLine ours, IReadOnlyList<PeerLine> peers)
        : this(
            ours,
            Find(ours, peers, ours.Method == "adamix" ? "adamix: " : $"{ours.Method}: "),
            ours.Method == "adamix" ? Find(ours, peers, "adamix reference: ") : null,
            ours.Method == "adamix" ? null : Find(ours, peers, ours.Method == "lora" ? "transformers + peft" : "transformers full"))
    {
    }

    // The names end with the precision; TF32 is neither.
    private static double? Find(SpeedLine ours, IReadOnlyList<PeerLine> peers, string beginning) => peers
        .Where(peer => peer.Shape == ours.Shape && peer.Batch == ours.Batch && peer.Name is { } name
            && name.StartsWith(beginning, StringComparison.Ordinal)
            && peer.RowsPerSecond is not null
            && name.Contains(ours.Precision == "BFloat16" ? ", bf16" : ", fp32", StringComparison.Ordinal))
        .Select(peer => peer.RowsPerSecond)
        .LastOrDefault();
}
