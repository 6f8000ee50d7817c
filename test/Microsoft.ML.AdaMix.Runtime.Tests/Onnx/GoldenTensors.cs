using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>A safetensors file of reference numbers, read whole.</summary>
internal sealed class GoldenTensors
{
    private readonly byte[] _bytes;
    private readonly int _data;
    private readonly Dictionary<string, JsonElement> _entries;

    public GoldenTensors(string path)
    {
        _bytes = File.ReadAllBytes(path);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(_bytes);
        _data = sizeof(long) + header;
        _entries = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(_bytes.AsSpan(sizeof(long), header))!;
        _entries.Remove("__metadata__");
    }

    public IEnumerable<string> Names => _entries.Keys;

    public bool Has(string name) => _entries.ContainsKey(name);

    public int[] Shape(string name) => [.. _entries[name].GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];

    public float[] Floats(string name) => _entries[name].GetProperty("dtype").GetString() == "F16"
        ? Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(Raw(name)).ToArray(), half => (float)half)
        : MemoryMarshal.Cast<byte, float>(Raw(name)).ToArray();

    public long[] Integers(string name) => MemoryMarshal.Cast<byte, long>(Raw(name)).ToArray();

    public HostTensor Tensor(string name) => HostTensor.From(Shape(name), Floats(name));

    /// <summary>The rows of <c>in/input_ids</c> without their padding.</summary>
    public TokenIds[] Rows()
    {
        int[] shape = Shape("in/input_ids");
        long[] ids = Integers("in/input_ids");
        long[] mask = Integers("in/attention_mask");
        long[]? types = _entries.ContainsKey("in/token_type_ids") ? Integers("in/token_type_ids") : null;
        return [.. Enumerable.Range(0, shape[0]).Select(row =>
        {
            int start = row * shape[1];
            int length = (int)mask.AsSpan(start, shape[1]).Sum();
            int second = types is null ? -1 : types.AsSpan(start, length).IndexOf(1L);
            if (second >= 0)
            {
                Assert.IsFalse(types.AsSpan(start + second, length - second).Contains(0L), "token types are 0…0 1…1");
            }

            return new TokenIds([.. ids.AsSpan(start, length).ToArray().Select(id => (int)id)], second < 0 ? length : second);
        })];
    }

    /// <summary>The first token of each row of a [rows, tokens, hidden] tensor.</summary>
    public float[] FirstTokens(string name)
    {
        int[] shape = Shape(name);
        float[] values = Floats(name);
        return [.. Enumerable.Range(0, shape[0]).SelectMany(row => values.AsSpan(row * shape[1] * shape[2], shape[2]).ToArray())];
    }

    private Span<byte> Raw(string name)
    {
        JsonElement offsets = _entries[name].GetProperty("data_offsets");
        int begin = offsets[0].GetInt32();
        return _bytes.AsSpan(_data + begin, offsets[1].GetInt32() - begin);
    }
}

file static class SpanSum
{
    public static long Sum(this Span<long> values)
    {
        long sum = 0;
        foreach (long value in values)
        {
            sum += value;
        }

        return sum;
    }
}
