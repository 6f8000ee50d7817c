using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>The zip format: <c>NAME/data.pkl</c> and one stored (uncompressed) entry <c>NAME/data/KEY</c> a storage.</summary>
internal sealed class ZipStorages : ITorchStorages
{
    private const string PickleName = "data.pkl";

    private readonly ByteRegion _region;
    private readonly string _folder;
    private readonly Dictionary<string, long> _lengths = new(StringComparer.Ordinal);
    private (string Key, byte[] Bytes)? _last; // tensors often share a storage with their neighbours

    public ZipStorages(ByteRegion region)
    {
        _region = region;
        using ZipArchive archive = new(region.ToStream());
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            Add(entry);
        }

        string[] pickles = [.. _lengths.Keys.Where(name => name.EndsWith("/" + PickleName, StringComparison.Ordinal))];
        _folder = pickles.Length == 1
            ? pickles[0][..^PickleName.Length]
            : throw new InvalidDataException(
                $"it is a zip archive with {(pickles.Length == 0 ? "no entry" : $"{pickles.Length} entries")} {PickleName}, so not written "
                + "by torch.save");
        if (_lengths.ContainsKey(_folder + "byteorder") && Encoding.ASCII.GetString(Bytes(_folder + "byteorder")).Trim() != "little")
        {
            throw new InvalidDataException("its numbers are big-endian; save it on a little-endian machine");
        }
    }

    public byte[] Pickle() => Bytes(_folder + PickleName);

    public ReadOnlyMemory<byte> Read(PickleStorage storage, int elementSize)
    {
        string name = $"{_folder}data/{storage.Key}";
        long needed = checked((storage.First + storage.Count) * elementSize);
        if (!_lengths.TryGetValue(name, out long length) || length < needed)
        {
            throw new InvalidDataException($"its storage '{name}' has {(length == 0 ? "no" : length)} bytes; {needed} are needed");
        }

        if (_last?.Key != name)
        {
            _last = (name, Bytes(name));
        }

        return _last.Value.Bytes.AsMemory(checked((int)(storage.First * elementSize)), checked((int)(storage.Count * elementSize)));
    }

    private void Add(ZipArchiveEntry entry)
    {
        if (entry.Length != entry.CompressedLength)
        {
            throw new InvalidDataException($"its entry '{entry.FullName}' is compressed; torch.save stores entries as they are");
        }

        if (entry.Length < 0 || entry.Length > Math.Min(_region.Length, Array.MaxLength))
        {
            throw new InvalidDataException(
                $"its entry '{entry.FullName}' claims {entry.Length} bytes in a file of {_region.Length}; at most {Array.MaxLength} can "
                + "be read");
        }

        if (!_lengths.TryAdd(entry.FullName, entry.Length))
        {
            throw new InvalidDataException($"it has two entries '{entry.FullName}'");
        }
    }

    private byte[] Bytes(string name)
    {
        using ZipArchive archive = new(_region.ToStream());
        ZipArchiveEntry entry = archive.GetEntry(name) ?? throw new InvalidDataException($"its entry '{name}' has gone");
        byte[] bytes = new byte[_lengths[name]];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        GC.KeepAlive(_region);

        // PyTorch writes 0 where it was told to compute none (set_crc32_options).
        return entry.Crc32 == 0 || entry.Crc32 == Crc32.HashToUInt32(bytes)
            ? bytes
            : throw new InvalidDataException($"its entry '{name}' was altered: its checksum does not fit. Fetch the file again");
    }
}
