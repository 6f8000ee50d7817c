using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>Files as torch.save writes them, of two tensors, "first" [2, 3] in float32 and "second" [4] in float16.</summary>
internal static class TinyTorch
{
    private static readonly byte[] Magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    public static byte[] FirstContent { get; } = MemoryMarshal.AsBytes<float>(new float[] { 0, 1, 2, 3, 4, 5 }).ToArray();

    public static byte[] SecondContent { get; } = MemoryMarshal.AsBytes<Half>(new[] { (Half)0, (Half)1, (Half)2, (Half)3 }).ToArray();

    public static byte[] Pickle(bool legacy) => new Writer().Raw((byte)'}').Raw((byte)'(')
        .Text("first").Tensor("FloatStorage", "0", 6, [2, 3], [3, 1], legacy)
        .Text("second").Tensor("HalfStorage", "1", 4, [4], [1], legacy)
        .Raw((byte)'u').Stop();

    public static List<ZipItem> Items(byte[] pickle) =>
    [
        ZipItem.Stored("archive/data.pkl", pickle), ZipItem.Stored("archive/byteorder", [.. "little"u8]),
        ZipItem.Stored("archive/data/0", FirstContent), ZipItem.Stored("archive/data/1", SecondContent),
        ZipItem.Stored("archive/version", [.. "3\n"u8]),
    ];

    /// <summary>What stands before the object's pickle in the format before PyTorch 1.6.</summary>
    public static byte[] LegacyStart { get; } =
    [
        .. Magic, .. new Writer().Number(1001).Stop(), .. new Writer().Raw((byte)'}').Text("little_endian").Raw(0x88, (byte)'s').Stop(),
    ];

    /// <summary>What stands behind it.</summary>
    public static byte[] LegacyEnd { get; } =
    [
        .. new Writer().Raw((byte)']').Raw((byte)'(').Text("0").Text("1").Raw((byte)'e').Stop(),
        .. BitConverter.GetBytes(6L), .. FirstContent, .. BitConverter.GetBytes(4L), .. SecondContent,
    ];

    private sealed class Writer
    {
        private readonly List<byte> _bytes = [0x80, 2];

        public Writer Raw(params byte[] bytes)
        {
            _bytes.AddRange(bytes);
            return this;
        }

        public Writer Text(string text)
        {
            byte[] length = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, Encoding.UTF8.GetByteCount(text));
            return Raw((byte)'X').Raw(length).Raw(Encoding.UTF8.GetBytes(text));
        }

        public Writer Number(long number) => Raw(0x8a, 8).Raw(BitConverter.GetBytes(number));

        public Writer Tensor(string type, string key, long count, long[] shape, long[] strides, bool legacy)
        {
            Global("torch._utils\n_rebuild_tensor_v2\n").Raw((byte)'(');
            Raw((byte)'(').Text("storage").Global($"torch\n{type}\n").Text(key).Text("cpu").Number(count);
            (legacy ? Raw((byte)'N') : this).Raw((byte)'t', (byte)'Q');
            Number(0).Numbers(shape).Numbers(strides).Raw(0x89);
            return Global("collections\nOrderedDict\n").Raw((byte)')', (byte)'R', (byte)'t', (byte)'R');
        }

        public byte[] Stop() => [.. _bytes, (byte)'.'];

        private Writer Numbers(long[] numbers)
        {
            Raw((byte)'(');
            Array.ForEach(numbers, number => Number(number));
            return Raw((byte)'t');
        }

        private Writer Global(string name) => Raw((byte)'c').Raw(Encoding.UTF8.GetBytes(name));
    }
}
