using System.Text;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

/// <summary>safetensors files made in code, valid or not.</summary>
internal static class SafetensorsBytes
{
    public const string Name = "made.safetensors";

    /// <summary>Header length, header and data, as they are.</summary>
    public static byte[] Make(byte[] header, int dataLength) =>
        [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. new byte[dataLength]];

    public static byte[] Make(string header, int dataLength) => Make(Encoding.UTF8.GetBytes(header), dataLength);

    public static byte[] Of(params (string Name, HostTensor Tensor)[] tensors) => Of(null, tensors);

    public static byte[] Of(IReadOnlyDictionary<string, string>? metadata, params (string Name, HostTensor Tensor)[] tensors)
    {
        using MemoryStream stream = new();
        SafetensorsWriter.Write(stream, [.. tensors.Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Tensor))], metadata);
        return stream.ToArray();
    }

    public static SafetensorsFile Open(byte[] bytes) => SafetensorsFile.Open(ByteRegion.From(bytes), Name);
}
