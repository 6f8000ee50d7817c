using System.Text.Json;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>The JSON header of a safetensors file, checked against the published format before anything is allocated for tensors.</summary>
/// <param name="Tensors">Tensors with their byte range, counted from the start of the file.</param>
/// <param name="Metadata">The <c>__metadata__</c> strings.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, (TensorEntry Entry, long Offset, long Length)> Tensors,
    IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The published limit: 100 MB.</summary>
    public const long MaxLength = 100_000_000;

    private const int LengthField = 8;
    private const int MaxDimensions = TensorEntry.MaxDimensions;

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="InvalidDataException">The file breaks the format; the message says how.</exception>
    public static SafetensorsHeader Read(ByteRegion region, string file) => Read(region, region.Length, file);

    /// <summary>Reads and checks the header of a file that may be large, and no more of it.</summary>
    /// <param name="stream">The file; it can seek.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="InvalidDataException">The file breaks the format; the message says how.</exception>
    public static SafetensorsHeader Read(Stream stream, string file)
    {
        Span<byte> field = stackalloc byte[LengthField];
        _ = stream.ReadAtLeast(field, LengthField, throwOnEndOfStream: false);
        stream.Position = 0;
        long needed = LengthField + (long)Math.Min(BitConverter.ToUInt64(field), MaxLength);
        ByteRegion beginning = ByteRegion.Read(stream, Math.Min(needed, stream.Length));
        try
        {
            return Read(beginning, stream.Length, file);
        }
        finally
        {
            beginning.Release();
        }
    }

    // The region has the beginning of the file, the header at least.
    private static SafetensorsHeader Read(ByteRegion region, long fileLength, string file)
    {
        if (fileLength < LengthField)
        {
            throw Broken(file, $"it has {fileLength} bytes, fewer than the 8 of the header length");
        }

        ulong length = BitConverter.ToUInt64(region.Slice(0, LengthField));
        if (length > MaxLength)
        {
            throw Broken(file, $"its header claims {length} bytes, more than the allowed {MaxLength}");
        }

        if ((long)length > fileLength - LengthField)
        {
            throw Broken(file, $"its header claims {length} bytes, but only {fileLength - LengthField} follow; the file is truncated");
        }

        ReadOnlySpan<byte> json = region.Slice(LengthField, (int)length);
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw Broken(file, "its header does not begin with '{'");
        }

        try
        {
            return Parse(json, LengthField + (long)length, fileLength, file);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"The safetensors file '{file}' has a header that is not valid JSON: {error.Message} Fetch the file again.", error);
        }
        catch (InvalidOperationException error)
        {
            // Utf8JsonReader throws it for a value of another kind and for text that is not UTF-8.
            throw new InvalidDataException(
                $"The safetensors file '{file}' has an entry of the wrong kind in its header: {error.Message}", error);
        }
    }

    private static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataStart, long fileLength, string file)
    {
        Dictionary<string, (TensorEntry Entry, long Offset, long Length)> tensors = new(StringComparer.Ordinal);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        bool hasMetadata = false;
        Utf8JsonReader reader = new(json);
        Expect(ref reader, JsonTokenType.StartObject, file);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            bool unique = name == "__metadata__" ? !hasMetadata : !tensors.ContainsKey(name);
            if (!unique)
            {
                throw Broken(file, $"its header holds the key '{name}' twice");
            }

            if (name == "__metadata__")
            {
                hasMetadata = true;
                ReadMetadata(ref reader, metadata, file);
            }
            else
            {
                tensors.Add(name, ReadEntry(ref reader, name, dataStart, fileLength, file));
            }
        }

        while (reader.Read())
        {
            // Trailing blanks are allowed; anything else throws a JsonException here.
        }

        CheckCoverage(tensors, dataStart, fileLength, file);
        return new SafetensorsHeader(tensors, metadata);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata, string file)
    {
        Expect(ref reader, JsonTokenType.StartObject, file);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, file);
            if (!metadata.TryAdd(key, reader.GetString()!))
            {
                throw Broken(file, $"its metadata holds the key '{key}' twice");
            }
        }
    }

    private static (TensorEntry Entry, long Offset, long Length) ReadEntry(
        ref Utf8JsonReader reader, string name, long dataStart, long fileLength, string file)
    {
        string? type = null;
        long[]? shape = null;
        long[]? range = null;
        Expect(ref reader, JsonTokenType.StartObject, file);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            switch (key)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String, file);
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, file);
                    break;
                case "data_offsets" when range is null:
                    range = ReadNumbers(ref reader, name, file);
                    break;
                default:
                    throw Broken(file, $"the entry of tensor '{name}' holds an unknown or repeated key '{key}'");
            }
        }

        if (type is null || shape is null || range is not { Length: 2 })
        {
            throw Broken(file, $"the entry of tensor '{name}' lacks one of dtype, shape, data_offsets (two numbers)");
        }

        if (!Types.TryGetValue(type, out (ElementType Type, int Bits) element))
        {
            throw Broken(file, $"tensor '{name}' has the unknown dtype '{type}'");
        }

        long length = ByteLength(shape, element.Bits, name, file);
        if (range[0] > range[1] || range[1] - range[0] != length)
        {
            throw Broken(file,
                $"tensor '{name}' of dtype {type} and shape {TensorEntry.Describe(shape)} needs {length} bytes, but its data_offsets are "
                + $"{TensorEntry.Describe(range)}");
        }

        if (range[1] > fileLength - dataStart)
        {
            throw Broken(file,
                $"tensor '{name}' ends at data offset {range[1]}, but the file has {fileLength - dataStart} bytes of data; it is "
                + "truncated or was altered");
        }

        return (new TensorEntry(name, element.Type, shape), dataStart + range[0], length);
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader, string name, string file)
    {
        Expect(ref reader, JsonTokenType.StartArray, file);
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out long number) || number < 0 || numbers.Count == MaxDimensions)
            {
                throw Broken(file,
                    $"tensor '{name}' has a size or offset that is negative, not whole or too large, or more than {MaxDimensions} "
                    + "dimensions");
            }

            numbers.Add(number);
        }

        return reader.TokenType == JsonTokenType.EndArray
            ? [.. numbers]
            : throw Broken(file, $"tensor '{name}' has something other than numbers in its shape or data_offsets");
    }

    private static long ByteLength(long[] shape, int bits, string name, string file)
    {
        try
        {
            long count = 1;
            foreach (long size in shape)
            {
                count = checked(count * size);
            }

            long total = checked(count * bits);
            return total % 8 == 0 ? total / 8 : throw Broken(file, $"tensor '{name}' does not fill whole bytes");
        }
        catch (OverflowException error)
        {
            throw new InvalidDataException(
                $"The safetensors file '{file}' gives tensor '{name}' the shape {TensorEntry.Describe(shape)}, which is too large for "
                + "any file.", error);
        }
    }

    private static void CheckCoverage(
        Dictionary<string, (TensorEntry Entry, long Offset, long Length)> tensors, long dataStart, long fileLength, string file)
    {
        long end = dataStart;
        foreach ((TensorEntry entry, long offset, long length) in tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(
            tensor => tensor.Length))
        {
            if (offset != end)
            {
                throw Broken(file,
                    $"tensor '{entry.Name}' begins at data offset {offset - dataStart}, "
                    + $"{(offset < end ? "inside another tensor" : "behind a hole")}; expected {end - dataStart}");
            }

            end = offset + length;
        }

        if (end != fileLength)
        {
            throw Broken(file, $"its tensors end at byte {end}, but the file has {fileLength} bytes; it is truncated or was altered");
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string file)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw Broken(file, $"its header holds {reader.TokenType} at byte {reader.TokenStartIndex} where {type} is expected");
        }
    }

    private static InvalidDataException Broken(string file, string how) =>
        new($"The safetensors file '{file}' is not valid: {how}. Fetch or write the file again.");

    private static readonly Dictionary<string, (ElementType Type, int Bits)> Types = new(StringComparer.Ordinal)
    {
        ["F64"] = (ElementType.Float64, 64),
        ["F32"] = (ElementType.Float32, 32),
        ["F16"] = (ElementType.Float16, 16),
        ["BF16"] = (ElementType.BFloat16, 16),
        ["I64"] = (ElementType.Int64, 64),
        ["I32"] = (ElementType.Int32, 32),
        ["I16"] = (ElementType.Int16, 16),
        ["I8"] = (ElementType.Int8, 8),
        ["U8"] = (ElementType.UInt8, 8),
        ["BOOL"] = (ElementType.Bool, 8),
        ["U64"] = (ElementType.Other, 64),
        ["U32"] = (ElementType.Other, 32),
        ["U16"] = (ElementType.Other, 16),
        ["C64"] = (ElementType.Other, 64),
        ["F8_E4M3"] = (ElementType.Other, 8),
        ["F8_E5M2"] = (ElementType.Other, 8),
        ["F8_E8M0"] = (ElementType.Other, 8),
        ["F4"] = (ElementType.Other, 4),
        ["F6_E2M3"] = (ElementType.Other, 6),
        ["F6_E3M2"] = (ElementType.Other, 6),
    };
}
