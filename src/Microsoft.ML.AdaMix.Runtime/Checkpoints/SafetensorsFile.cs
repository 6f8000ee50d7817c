using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>One safetensors file. float32 tensors are read in place where that costs nothing, halves are widened once.</summary>
internal sealed class SafetensorsFile : ITensorSource
{
    private const int HashedAtOnce = 1 << 20;

    private readonly ByteRegion _region;
    private readonly string _file;
    private readonly SafetensorsHeader _header;
    private readonly bool _inPlace;

    private SafetensorsFile(ByteRegion region, string file, bool copies)
    {
        _region = region;
        _file = file;
        NotWeights.Refuse(region, file);
        _header = SafetensorsHeader.Read(region, file);
        Tensors = _header.Tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Entry, StringComparer.Ordinal);

        // One tensor in place keeps the whole region: the bytes of all halves beside their widened copies.
        _inPlace = !copies && Tensors.Values.All(tensor => tensor.Type == ElementType.Float32);
    }

    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="files">Those that it is read together with, if it is not alone.</param>
    /// <exception cref="IOException">It cannot be read, or is changed meanwhile.</exception>
    public static SafetensorsFile Open(string path, SteadyFiles? files = null) =>
        new((files ?? new SteadyFiles()).Read(path, ByteRegion.Read), path, copies: false);

    /// <summary>Reads from memory.</summary>
    /// <param name="region">The file's bytes.</param>
    /// <param name="name">Stands for the file in messages.</param>
    /// <param name="copies">Whether no tensor may keep the bytes in memory.</param>
    public static SafetensorsFile Open(ByteRegion region, string name, bool copies = false) => new(region, name, copies);

    public string FileOf(string tensor) => _file;

    public void Release() => _region.Release();

    public HostTensor Read(string tensor)
    {
        (TensorEntry entry, long offset, long length) = Find(tensor);
        StorageType storage = FloatConversion.StorageOf(entry, _file);
        long count = length / entry.Type.Size();
        if (count > Array.MaxLength / sizeof(float))
        {
            throw new InvalidDataException(
                $"Tensor '{tensor}' of '{_file}' has {count} values; at most {Array.MaxLength / sizeof(float)} can be read.");
        }

        if (Array.Exists(entry.Shape, size => size > int.MaxValue))
        {
            throw new InvalidDataException(
                $"Tensor '{tensor}' of '{_file}' has the shape {entry.ShapeText}; a side can be at most {int.MaxValue}.");
        }

        int[] shape = Array.ConvertAll(entry.Shape, size => (int)size);
        if (_inPlace && entry.Type == ElementType.Float32 && _region.Floats(offset, (int)count) is { } inPlace)
        {
            return new HostTensor(shape, inPlace);
        }

        HostTensor widened = HostTensor.Create(
            shape, storage, values => FloatConversion.Read(_region.Slice(offset, checked((int)length)), entry.Type, values.Span));
        GC.KeepAlive(_region); // until the copy is made
        return widened;
    }

    /// <summary>Reads an int64 tensor.</summary>
    public long[] ReadInt64(string tensor)
    {
        (TensorEntry entry, long offset, long length) = Find(tensor);
        long[] values = entry.Type == ElementType.Int64
            ? MemoryMarshal.Cast<byte, long>(_region.Slice(offset, checked((int)length))).ToArray()
            : throw new InvalidDataException($"Tensor '{tensor}' of '{_file}' is of type {entry.Type}; expected Int64.");
        GC.KeepAlive(_region);
        return values;
    }

    /// <summary>The stored bytes of a tensor of any type, in place: keep this object alive while you read them.</summary>
    public ReadOnlySpan<byte> ReadBytes(string tensor)
    {
        (_, long offset, long length) = Find(tensor);
        return _region.Slice(offset, checked((int)length));
    }

    /// <summary>
    /// SHA-256 of the file as <see cref="SafetensorsWriter"/> writes it with these tensors in their order and all metadata but one string.
    /// </summary>
    /// <exception cref="InvalidDataException">A tensor is not of a float type.</exception>
    public string HashWithout(string metadataKey)
    {
        (TensorEntry Entry, long Offset, long Length)[] tensors =
            [.. _header.Tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Length)];
        byte[] header = SafetensorsWriter.Header(
            tensors.Select(tensor => (tensor.Entry.Name, Storage(tensor.Entry), tensor.Entry.Shape)),
            Metadata.Where(entry => entry.Key != metadataKey).ToDictionary(StringComparer.Ordinal));
        using HashingStream hashing = new();
        hashing.Write(BitConverter.GetBytes((ulong)header.Length));
        hashing.Write(header);
        long start = _region.Length - tensors.Sum(tensor => tensor.Length); // they lie one after the other up to the end
        for (long done = start; done < _region.Length; done += HashedAtOnce)
        {
            hashing.Write(_region.Slice(done, (int)Math.Min(HashedAtOnce, _region.Length - done)));
        }

        GC.KeepAlive(_region);
        return hashing.Hash();
    }

    private StorageType Storage(TensorEntry entry) => entry.Type switch
    {
        ElementType.Float32 => StorageType.Float32,
        ElementType.Float16 => StorageType.Float16,
        ElementType.BFloat16 => StorageType.BFloat16,
        _ => throw new InvalidDataException(
            $"Tensor '{entry.Name}' of '{_file}' is of type {entry.Type}; weights must be float32, float16 or bfloat16. Convert the "
            + "checkpoint."),
    };

    private (TensorEntry Entry, long Offset, long Length) Find(string tensor) =>
        _header.Tensors.TryGetValue(tensor, out (TensorEntry, long, long) found)
        ? found
        : throw new InvalidDataException(
            $"The safetensors file '{_file}' has no tensor '{tensor}'; it holds {_header.Tensors.Count} others.");
}
