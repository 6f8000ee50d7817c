using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints.Pickle;

/// <summary>Files as torch.save writes them, made in code, valid or not.</summary>
internal static class TorchBytes
{
    private static readonly byte[] Magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    /// <summary>A dictionary of two tensors: "first" [2, 3] = 0 ... 5 and "second" [4] = 0 ... 3.</summary>
    public static byte[] Dictionary(bool legacy) => new PickleBytes().Raw((byte)'}').Open()
        .Text("first").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1], legacy)
        .Text("second").Tensor("FloatStorage", "1", 4, 0, [4], [1], legacy)
        .Raw((byte)'u').Stop();

    public static byte[] Zip() =>
        Zip(Dictionary(legacy: false), ("data/0", Floats(6)), ("data/1", Floats(4)), ("byteorder", "little"u8.ToArray()));

    public static byte[] Zip(byte[] pickle, params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create))
        {
            foreach ((string name, byte[] content) in (IEnumerable<(string, byte[])>)[("data.pkl", pickle), .. entries])
            {
                using Stream entry = archive.CreateEntry($"archive/{name}", CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Legacy() => Legacy(Dictionary(legacy: true), ("0", 6, Floats(6)), ("1", 4, Floats(4)));

    public static byte[] Legacy(byte[] pickle, params (string Key, long Count, byte[] Content)[] storages)
    {
        List<byte> file = [.. Magic, .. new PickleBytes().Number(1001).Stop()];
        file.AddRange(new PickleBytes().Raw((byte)'}').Text("little_endian").Raw(0x88, (byte)'s').Stop());
        file.AddRange(pickle);
        PickleBytes keys = new PickleBytes().Raw((byte)']').Open();
        foreach ((string key, _, _) in storages)
        {
            keys.Text(key);
        }

        file.AddRange(keys.Raw((byte)'e').Stop());
        foreach ((_, long count, byte[] content) in storages)
        {
            file.AddRange(BitConverter.GetBytes(count));
            file.AddRange(content);
        }

        return [.. file];
    }

    /// <summary>A dictionary of tensors as torch.save writes it.</summary>
    public static byte[] Of(IReadOnlyDictionary<string, HostTensor> tensors, bool legacy)
    {
        PickleBytes pickle = new PickleBytes().Raw((byte)'}').Open();
        List<(string Key, long Count, byte[] Content)> storages = [];
        foreach ((string name, HostTensor tensor) in tensors)
        {
            string key = storages.Count.ToString(CultureInfo.InvariantCulture);
            long[] shape = Array.ConvertAll(tensor.Shape, side => (long)side);
            long[] strides = [.. shape.Select((_, d) => shape[(d + 1)..].Aggregate(1L, (product, side) => product * side))];
            pickle.Text(name).Tensor("FloatStorage", key, tensor.Count, 0, shape, strides, legacy);
            storages.Add((key, tensor.Count, MemoryMarshal.AsBytes(tensor.Values.Span).ToArray()));
        }

        byte[] dictionary = pickle.Raw((byte)'u').Stop();
        return legacy
            ? Legacy(dictionary, [.. storages])
            : Zip(dictionary, [.. storages.Select(storage => ($"data/{storage.Key}", storage.Content))]);
    }

    public static byte[] Floats(int count) =>
        MemoryMarshal.AsBytes<float>(Enumerable.Range(0, count).Select(value => (float)value).ToArray()).ToArray();
}
