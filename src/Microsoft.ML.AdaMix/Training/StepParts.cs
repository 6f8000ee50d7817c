using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>How a step's batch is cut: into parts of so many rows, each with all passes, of which some compute at once.</summary>
/// <remarks>
/// Parts follow from the batch alone, not from the machine: each one's gradients are the same bits wherever and beside whatever it is
/// computed, and they are added in the order of parts.
/// </remarks>
/// <param name="Rows">Rows of a part; the last one may have fewer.</param>
/// <param name="AtOnce">Most parts at the same time.</param>
internal readonly record struct StepParts(int Rows, int AtOnce)
{
    // Numbers of a hidden state in all passes that a part has about: fewer make products too small, more leave processors idle.
    private const double PartSize = 3 << 16;

    /// <param name="rows">Rows of the batch.</param>
    /// <param name="tokens">Tokens of its longest row.</param>
    /// <param name="hidden">The encoder's hidden size.</param>
    /// <param name="passes">One or two.</param>
    /// <param name="microBatch">Most rows that are computed at once; null for any.</param>
    /// <param name="device">On a GPU a part is as large as can be.</param>
    public static StepParts Cut(int rows, int tokens, int hidden, int passes, int? microBatch, Device device)
    {
        int most = Math.Min(rows, microBatch ?? rows);
        if (device.type != DeviceType.CPU)
        {
            return new StepParts(most, 1);
        }

        // A power of two, so that two, four or eight processors end together; two at least.
        double doublings = Math.Round(Math.Log2(rows * (double)tokens * hidden * passes / PartSize));
        int parts = (int)Math.Pow(2, Math.Clamp(doublings, 1, 12));
        int size = Math.Min(Math.Max(1, (most + 1) / 2), (rows + parts - 1) / parts);
        return new StepParts(size, microBatch is null ? int.MaxValue : Math.Max(2, most / size));
    }
}
