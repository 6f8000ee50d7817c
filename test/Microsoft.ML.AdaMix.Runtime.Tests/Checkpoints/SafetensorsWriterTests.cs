using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

[TestClass]
public sealed class SafetensorsWriterTests
{
    [TestMethod]
    [DataRow("Float32")]
    [DataRow("Float16")]
    [DataRow("BFloat16")]
    public void What_is_written_reads_the_same_in_its_type(string type)
    {
        StorageType storage = Enum.Parse<StorageType>(type);
        HostTensor large = Random(storage, 1, 530, 1000); // longer than the writer's chunk
        HostTensor small = Random(storage, 2, 3);
        HostTensor scalar = Random(storage, 3);
        HostTensor empty = Random(storage, 4, 0, 5);
        SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Of(
            new Dictionary<string, string> { ["format"] = "pt", ["ä\"\n"] = "ö" }, ("large", large), ("名\"前", small), ("scalar", scalar),
            ("empty", empty)));
        AssertSame(large, file.Read("large"));
        AssertSame(small, file.Read("名\"前"));
        AssertSame(scalar, file.Read("scalar"));
        AssertSame(empty, file.Read("empty"));
        Assert.HasCount(4, file.Tensors);
        Assert.AreEqual("pt", file.Metadata["format"]);
        Assert.AreEqual("ö", file.Metadata["ä\"\n"]);
    }

    [TestMethod]
    public void Types_may_be_mixed_and_odd_offsets_are_read()
    {
        HostTensor half = Random(StorageType.Float16, 1, 3);
        HostTensor single = Random(StorageType.Float32, 2, 2, 2); // begins six bytes into the data
        HostTensor brain = Random(StorageType.BFloat16, 3, 1);
        SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Of(("half", half), ("single", single), ("brain", brain)));
        AssertSame(half, file.Read("half"));
        AssertSame(single, file.Read("single"));
        AssertSame(brain, file.Read("brain"));
        Assert.AreEqual(StorageType.Float32, file.Read("single").Storage);
    }

    [TestMethod]
    public void Data_begin_at_a_multiple_of_eight()
    {
        for (int length = 1; length < 10; length++)
        {
            byte[] file = SafetensorsBytes.Of((new string('n', length), Random(StorageType.Float32, length, 1)));
            Assert.AreEqual(0UL, BitConverter.ToUInt64(file) % 8);
        }
    }

    [TestMethod]
    public void Nothing_at_all_can_be_written() => Assert.IsEmpty(SafetensorsBytes.Open(SafetensorsBytes.Of()).Tensors);

    [TestMethod]
    public void Every_half_survives_widening_and_narrowing()
    {
        ushort[] bits = [.. Enumerable.Range(0, 65536).Select(value => (ushort)value)];
        foreach (StorageType storage in (StorageType[])[StorageType.Float16, StorageType.BFloat16])
        {
            float[] wide = new float[bits.Length];
            ushort[] narrow = new ushort[bits.Length];
            FloatConversion.Widen(MemoryMarshal.AsBytes<ushort>(bits), storage, wide);
            FloatConversion.Narrow(wide, storage, MemoryMarshal.AsBytes(narrow.AsSpan()));
            for (int i = 0; i < bits.Length; i++)
            {
                float expected = storage == StorageType.Float16
                    ? (float)BitConverter.UInt16BitsToHalf(bits[i])
                    : BitConverter.UInt32BitsToSingle((uint)bits[i] << 16);
                Assert.IsTrue(expected.Equals(wide[i]), $"{storage} 0x{bits[i]:x4}");
                Assert.IsTrue(float.IsNaN(expected) || bits[i] == narrow[i], $"{storage} 0x{bits[i]:x4}");
            }
        }
    }

    private static HostTensor Random(StorageType storage, int seed, params int[] shape)
    {
        Random random = new(seed);
        return HostTensor.Create(shape, storage, values =>
        {
            foreach (ref float value in values.Span)
            {
                float single = (random.NextSingle() - 0.5f) * 100;
                value = storage switch
                {
                    StorageType.Float16 => (float)(Half)single,
                    StorageType.BFloat16 => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(single) & 0xFFFF0000),
                    _ => single,
                };
            }
        });
    }

    private static void AssertSame(HostTensor expected, HostTensor found)
    {
        CollectionAssert.AreEqual(expected.Shape, found.Shape);
        Assert.AreEqual(expected.Storage, found.Storage);
        Assert.IsTrue(expected.Values.Span.SequenceEqual(found.Values.Span));
    }
}
