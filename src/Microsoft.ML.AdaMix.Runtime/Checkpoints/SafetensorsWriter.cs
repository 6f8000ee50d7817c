using System.Buffers;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Writes tensors in the safetensors format, each in the type it came in.</summary>
internal static class SafetensorsWriter
{
    private const int ChunkLength = 1 << 18;

    /// <summary>Writes header and data. Tensors lie in the file in the order of <paramref name="tensors"/>.</summary>
    public static void Write(
        Stream stream, IReadOnlyCollection<KeyValuePair<string, HostTensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        byte[] header = Header(
            tensors.Select(tensor => (tensor.Key, tensor.Value.Storage, Array.ConvertAll(tensor.Value.Shape, size => (long)size))),
            metadata);
        stream.Write(BitConverter.GetBytes((ulong)header.Length));
        stream.Write(header);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkLength * sizeof(float));
        foreach ((_, HostTensor tensor) in tensors)
        {
            int size = FloatConversion.Size(tensor.Storage);
            for (int start = 0; start < tensor.Values.Length; start += ChunkLength)
            {
                ReadOnlySpan<float> values = tensor.Values.Span.Slice(start, Math.Min(ChunkLength, tensor.Values.Length - start));
                Span<byte> bytes = chunk.AsSpan(0, values.Length * size);
                FloatConversion.Narrow(values, tensor.Storage, bytes);
                stream.Write(bytes);
            }
        }

        ArrayPool<byte>.Shared.Return(chunk);
    }

    /// <summary>The header of a file, without its length before it.</summary>
    /// <param name="tensors">In the order in which they lie in the file.</param>
    /// <param name="metadata">Strings beside them.</param>
    public static byte[] Header(
        IEnumerable<(string Name, StorageType Type, long[] Shape)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach ((string name, StorageType type, long[] shape) in tensors)
            {
                long end = offset + (shape.Aggregate(1L, (count, size) => checked(count * size)) * FloatConversion.Size(type));
                json.WriteStartObject(name);
                json.WriteString("dtype", type switch { StorageType.Float32 => "F32", StorageType.Float16 => "F16", _ => "BF16" });
                WriteNumbers(json, "shape", shape);
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        // Blanks up to a multiple of eight, so that float32 data can be read in place.
        int padding = (8 - (buffer.WrittenCount % 8)) % 8;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
