using System.Buffers.Binary;
using Microsoft.ML.AdaMix.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>A file of weights by what it holds: some tools write safetensors under PyTorch's name, or the other way round.</summary>
internal static class WeightFile
{
    private const string Ending = ".safetensors";

    /// <exception cref="InvalidDataException">It is damaged or not supported.</exception>
    /// <exception cref="IOException">It cannot be read, or is changed meanwhile.</exception>
    public static ITensorSource Open(string path, SteadyFiles files)
    {
        ByteRegion region = files.Read(path, ByteRegion.Read);
        return IsSafetensors(region, path) ? SafetensorsFile.Open(region, path) : TorchFile.Open(region, path);
    }

    // What is neither is told of as what its name says that it is.
    private static bool IsSafetensors(ByteRegion region, string path)
    {
        ReadOnlySpan<byte> start = region.Slice(0, (int)Math.Min(9, region.Length));
        bool isNamedSo = path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);
        bool isZip = start.StartsWith("PK\u0003\u0004"u8);
        bool hasHeader = start.Length == 9 && start[8] == (byte)'{'
            && BinaryPrimitives.ReadUInt64LittleEndian(start) is var length && length > 1 && length <= (ulong)region.Length - 8;
        return isNamedSo ? !isZip : hasHeader;
    }
}
