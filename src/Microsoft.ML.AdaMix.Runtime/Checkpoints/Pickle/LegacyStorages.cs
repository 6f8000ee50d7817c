namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>
/// The format before PyTorch 1.6: pickles of a magic number, the protocol, the system, the object and the storage keys, one after the
/// other, then each storage as its count and its numbers.
/// </summary>
internal sealed class LegacyStorages : ITorchStorages
{
    private static readonly byte[] Magic = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
    private const long Protocol = 1001;

    private readonly ByteRegion _region;
    private readonly Dictionary<string, (long Offset, long Count)> _storages = new(StringComparer.Ordinal);

    private LegacyStorages(ByteRegion region)
    {
        _region = region;
    }

    public static (object? Root, LegacyStorages Storages) Read(ByteRegion region)
    {
        long position = 0;
        IReadOnlyDictionary<string, ElementType?> types = new Dictionary<string, ElementType?>(StringComparer.Ordinal);
        object? Next()
        {
            // Pickles are small beside the storages; a window bounds what one of them may span.
            int window = (int)Math.Min(region.Length - position, int.MaxValue);
            Unpickler unpickler = new(new RegionMemory(region, position, window).Memory);
            object? value = unpickler.Load();
            position += unpickler.Position;
            types = unpickler.StorageTypes;
            return value;
        }

        if (Next() is not byte[] magic || !magic.AsSpan().SequenceEqual(Magic))
        {
            throw new InvalidDataException("it does not begin like a file of torch.save");
        }

        if (Next() is not Protocol)
        {
            throw new InvalidDataException($"its protocol is not {Protocol}");
        }

        if (Next() is PickleDictionary system && system["little_endian"] is false)
        {
            throw new InvalidDataException("its numbers are big-endian; save it on a little-endian machine");
        }

        object? root = Next();
        LegacyStorages storages = new(region);
        IReadOnlyDictionary<string, ElementType?> typesOfRoot =
            types; // the file says how many numbers a storage has, the object how large one is
        foreach (object? key in Next() as List<object?> ?? throw new InvalidDataException("it has no list of storages"))
        {
            string name = key as string ?? throw new InvalidDataException("a storage has a key that is not a string");
            if (position > region.Length - sizeof(long))
            {
                throw new InvalidDataException($"it ends before storage '{name}'");
            }

            long count = BitConverter.ToInt64(region.Slice(position, sizeof(long)));
            position += sizeof(long);
            int size = typesOfRoot.GetValueOrDefault(name)?.Size() ?? 0;
            if (count < 0 || size == 0 || count > (region.Length - position) / size)
            {
                throw new InvalidDataException(
                    $"its storage '{name}' claims {count} numbers of {size} bytes; {region.Length - position} bytes follow");
            }

            storages._storages[name] = (position, count);
            position += count * size;
        }

        return (root, storages);
    }

    public ReadOnlyMemory<byte> Read(PickleStorage storage, int elementSize)
    {
        if (!_storages.TryGetValue(storage.Key, out (long Offset, long Count) found) || storage.First < 0
            || checked(storage.First + storage.Count) > found.Count)
        {
            throw new InvalidDataException(
                $"its storage '{storage.Key}' has {found.Count} numbers; {storage.Count} from {storage.First} on are needed");
        }

        return new RegionMemory(_region, found.Offset + (storage.First * elementSize), checked((int)(storage.Count * elementSize))).Memory;
    }

    private sealed unsafe class RegionMemory(ByteRegion region, long offset, int length) : System.Buffers.MemoryManager<byte>
    {
        public override Span<byte> GetSpan()
        {
            ReadOnlySpan<byte> bytes = region.Slice(offset, length);
            return System.Runtime.InteropServices.MemoryMarshal.CreateSpan(
                ref System.Runtime.InteropServices.MemoryMarshal.GetReference(bytes), length);
        }

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) =>
            new(System.Runtime.CompilerServices.Unsafe.AsPointer(ref GetSpan()[elementIndex]), default, this);

        public override void Unpin()
        {
            // The address is fixed for as long as the region lives.
        }

        protected override void Dispose(bool disposing)
        {
            // The region goes with its last reference.
        }
    }
}
