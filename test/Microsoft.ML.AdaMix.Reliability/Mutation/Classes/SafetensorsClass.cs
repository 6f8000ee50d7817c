using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>
/// safetensors files: accepted ones have in every tensor the bytes that the header, read a second time by another reader, says.
/// </summary>
internal sealed class SafetensorsClass : FileClass
{
    private const int LengthField = sizeof(ulong);

    private readonly byte[] _header;
    private readonly byte[] _data;
    private readonly JsonTemplate _template;

    public SafetensorsClass()
    {
        using MemoryStream stream = new();
        SafetensorsWriter.Write(
            stream,
            [
                new("first", HostTensor.From([2, 3], [0, 1, 2, 3, 4, 5])),
                new("second", HostTensor.From([4], new float[4]) with { Storage = StorageType.Float16 }),
                new("third", HostTensor.From([1, 1], [7]) with { Storage = StorageType.BFloat16 }),
            ],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" });
        Valid = stream.ToArray();
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(Valid);
        _header = Valid[LengthField..(LengthField + length)];
        _data = Valid[(LengthField + length)..];
        _template = new JsonTemplate(_header);
    }

    public override byte[] Valid { get; }

    public override byte[] Mutate(Dice dice) => dice.Next(4) switch
    {
        0 => ByteMutator.Mutate(Valid, dice, [new Field(0, LengthField)]),
        1 => WithHeader(ByteMutator.Mutate(_header, dice, [])),
        _ => WithHeader(_template.Mutate(dice)),
    };

    public override string? Read(byte[] file)
    {
        SafetensorsFile read = SafetensorsFile.Open(ByteRegion.From(file), "x.safetensors");
        return Tensors.FindProblem(read) ?? FindDifference(file, read);
    }

    private byte[] WithHeader(byte[] header) => [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. _data];

    private static string? FindDifference(byte[] file, SafetensorsFile read)
    {
        int start = LengthField + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(LengthField..start));
        int tensors = 0;
        foreach (JsonProperty property in header.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                continue;
            }

            tensors++;
            int from = start + property.Value.GetProperty("data_offsets")[0].GetInt32();
            int to = start + property.Value.GetProperty("data_offsets")[1].GetInt32();
            if (!read.Tensors.ContainsKey(property.Name) || !read.ReadBytes(property.Name).SequenceEqual(file.AsSpan(from..to)))
            {
                return $"'{property.Name}' does not hold its bytes";
            }
        }

        return tensors == read.Tensors.Count ? null : $"it has {tensors} tensors, of which {read.Tensors.Count} are read";
    }
}
