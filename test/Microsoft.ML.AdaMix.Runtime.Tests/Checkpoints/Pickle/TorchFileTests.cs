using System.IO.Compression;
using Microsoft.ML.AdaMix.Checkpoints.Pickle;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints.Pickle;

[TestClass]
public sealed class TorchFileTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void PyTorch_files_as_archives_and_in_the_legacy_format_are_read(bool legacy)
    {
        using TemporaryFolder folder = new();
        TorchFile file = TorchFile.Open(folder.Write("model.bin", legacy ? TorchBytes.Legacy() : TorchBytes.Zip()));
        CollectionAssert.AreEqual(new[] { 2, 3 }, file.Read("first").Shape);
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5 }, file.Read("first").Values.ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3 }, file.Read("second").Values.ToArray());
    }

    [TestMethod]
    [DataRow("builtins", "eval")]
    [DataRow("os", "system")]
    [DataRow("torch", "load")]
    [DataRow("torch._utils", "_rebuild_qtensor")]
    [DataRow("torch.nn.modules.linear", "Linear")]
    [DataRow("transformers.models.bert.modeling_bert", "BertModel")]
    [DataRow("numpyx", "scalar")]
    [DataRow("set", "pop")]
    public void A_name_that_is_not_data_is_refused(string module, string name)
    {
        AssertRefused(new PickleBytes().Global(module, name).Stop(), $"{module}.{name}", "refused");
        AssertRefused(new PickleBytes().Text(module).Text(name).Raw(0x93).Stop(), $"{module}.{name}", "refused");
    }

    [TestMethod]
    [DataRow((byte)'i')] // INST
    [DataRow((byte)'o')] // OBJ
    [DataRow((byte)0x82)] // EXT1
    [DataRow((byte)'P')] // PERSID
    public void An_opcode_that_no_state_dictionary_needs_is_refused(byte opcode) =>
        AssertRefused(new PickleBytes().Raw(opcode).Stop(), $"0x{opcode:x2}", "at byte 2");

    [TestMethod]
    public void A_stack_that_runs_dry_is_refused()
    {
        AssertRefused(new PickleBytes().Stop(), "stack");
        AssertRefused(new PickleBytes().Open().Stop(), "stack");
        AssertRefused(new PickleBytes().Tuple().Stop(), "never opened");
        AssertRefused(new PickleBytes().Raw((byte)'h', 7).Stop(), "recalls the value 7");
        AssertRefused(new PickleBytes().Raw((byte)'N', (byte)'R').Stop(), "stack");
        AssertRefused(new PickleBytes().Raw((byte)'N', (byte)'N', (byte)'R').Stop(), "not a name");
        AssertRefused(new PickleBytes().Raw((byte)'N', (byte)'N', (byte)'a').Stop(), "not a list");
        AssertRefused(new PickleBytes().Raw((byte)'}', (byte)'(', (byte)'N', (byte)'u').Stop(), "no value");
        AssertRefused(new PickleBytes().Raw((byte)'N', (byte)'Q').Stop(), "storage");
        AssertRefused([0x80], "ends at byte 1");
        AssertRefused([0x80, 2, (byte)'X', 255, 255, 255, 127], "ends at byte 7");
        AssertRefused([0x80, 2, (byte)'X', 255, 255, 255, 255], "4294967295");
        AssertRefused([0x80, 2, (byte)'c', (byte)'a'], "middle of a name");
    }

    [TestMethod]
    public void A_file_that_is_cut_off_is_said_to_be_so()
    {
        byte[] whole = TorchBytes.Zip();
        AssertFileRefused(whole[..(whole.Length * 2 / 3)], "cut off or damaged; fetch the file again");
    }

    [TestMethod]
    public void A_root_that_is_no_dictionary_is_refused() => AssertRefused(new PickleBytes().Number(1).Stop(), "no dictionary");

    [TestMethod]
    [DataRow(0, new long[] { 7 }, new long[] { 1 })]
    [DataRow(3, new long[] { 4 }, new long[] { 1 })]
    [DataRow(-1, new long[] { 1 }, new long[] { 1 })]
    [DataRow(0, new long[] { 2, 2 }, new long[] { 5, 1 })]
    [DataRow(0, new long[] { 1L << 62, 4 }, new long[] { 0, 0 })]
    [DataRow(0, new[] { 1L << 40 }, new long[] { 0 })]
    [DataRow(0, new long[] { 2 }, new[] { long.MaxValue })]
    public void A_view_outside_its_storage_is_refused(long offset, long[] shape, long[] strides)
    {
        foreach (bool legacy in (bool[])[false, true])
        {
            byte[] pickle = new PickleBytes().Raw((byte)'}').Text("w").Tensor("FloatStorage", "0", 6, offset, shape, strides, legacy).Raw(
                (byte)'s').Stop();
            using TemporaryFolder folder = new();
            string path = folder.Write("model.bin", legacy
                ? TorchBytes.Legacy(pickle, ("0", 6, TorchBytes.Floats(6)))
                : TorchBytes.Zip(pickle, ("data/0", TorchBytes.Floats(6))));
            InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => TorchFile.Open(path).Read("w"));
            Assert.Contains("'w'", error.Message);
            Assert.Contains(path, error.Message);
        }
    }

    [TestMethod]
    public void Sizes_that_are_no_sizes_are_refused()
    {
        AssertRefused(Tensor(new long[3], new long[2]), "3 sizes but 2 strides");
        AssertRefused(Tensor([-1], [1]), "'-1'");
        AssertRefused(Tensor([1], [-1]), "'-1'");
        long[] many = [.. Enumerable.Repeat(1L, 100_000)];
        AssertRefused(Tensor(many, many), "100000 dimensions");
        AssertRefused(new PickleBytes().Raw((byte)'}').Text("w").Tensor("FloatStorage", "0", -1, 0, [1], [1], legacy: false).Raw((byte)'s')
            .Stop(), "storage");
    }

    [TestMethod]
    public void A_storage_of_two_types_is_refused()
    {
        foreach (bool legacy in (bool[])[false, true])
        {
            AssertRefused(
                new PickleBytes().Raw((byte)'}').Open()
                    .Text("a").Tensor("ByteStorage", "0", 4, 0, [4], [1], legacy)
                    .Text("b").Tensor("DoubleStorage", "0", 4, 0, [4], [1], legacy).Raw((byte)'u').Stop(),
                "'0'", "UInt8", "Float64");
        }
    }

    [TestMethod]
    public void A_storage_that_is_missing_or_short_is_refused_when_read()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.bin", TorchBytes.Zip(TorchBytes.Dictionary(legacy: false), ("data/0", TorchBytes.Floats(5))));
        TorchFile file = TorchFile.Open(path);
        Assert.Contains("20 bytes; 24 are needed", Assert.ThrowsExactly<InvalidDataException>(() => file.Read("first")).Message);
        Assert.Contains("data/1", Assert.ThrowsExactly<InvalidDataException>(() => file.Read("second")).Message);
        Assert.Contains("'third'", Assert.ThrowsExactly<InvalidDataException>(() => file.Read("third")).Message);
    }

    [TestMethod]
    [DataRow(7L)]
    [DataRow(-1L)]
    [DataRow(long.MaxValue)]
    public void A_legacy_storage_that_claims_more_than_there_is_is_refused(long count) =>
        AssertFileRefused(TorchBytes.Legacy(
            TorchBytes.Dictionary(legacy: true), ("0", 6, TorchBytes.Floats(6)), ("1", count, TorchBytes.Floats(4))), "'1'",
            $"{count} numbers");

    [TestMethod]
    public void A_file_of_something_else_is_refused()
    {
        AssertFileRefused([]);
        AssertFileRefused("not a checkpoint at all"u8.ToArray());
        AssertFileRefused(new PickleBytes().Number(1).Stop(), "torch.save");
        AssertFileRefused(TorchBytes.Legacy()[..30]);
    }

    [TestMethod]
    public void An_archive_that_torch_did_not_write_is_refused()
    {
        AssertFileRefused([(byte)'P', (byte)'K', 3, 4, 0, 0]);
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("readme.txt");
        }

        AssertFileRefused(stream.ToArray(), "data.pkl");
        AssertFileRefused(TorchBytes.Zip(TorchBytes.Dictionary(legacy: false), ("byteorder", "big"u8.ToArray())), "big-endian");
    }

    [TestMethod]
    public void A_compressed_entry_is_refused()
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("archive/data.pkl", CompressionLevel.Optimal).Open();
            entry.Write(new byte[1000]);
        }

        AssertFileRefused(stream.ToArray(), "archive/data.pkl", "compressed");
    }

    [TestMethod]
    public void An_altered_entry_is_refused_by_its_checksum()
    {
        byte[] file = TorchBytes.Zip();
        int place = file.AsSpan().IndexOf(TorchBytes.Floats(6));
        file[place + 20] ^= 1;
        using TemporaryFolder folder = new();
        TorchFile opened = TorchFile.Open(folder.Write("model.bin", file));
        Assert.Contains("checksum", Assert.ThrowsExactly<InvalidDataException>(() => opened.Read("first")).Message);
        Assert.AreEqual(4, opened.Read("second").Values.Length);
    }

    [TestMethod]
    public void A_checksum_of_0_is_none_as_PyTorch_writes_where_it_was_told_to_compute_none()
    {
        byte[] file = TorchBytes.Zip();
        foreach (int header in Places(file, "PK\u0001\u0002"u8))
        {
            file.AsSpan(header + 16, sizeof(uint)).Clear();
        }

        using TemporaryFolder folder = new();
        Assert.AreEqual(5, TorchFile.Open(folder.Write("model.bin", file)).Read("first").Values.Span[5]);

        static List<int> Places(byte[] file, ReadOnlySpan<byte> signature)
        {
            List<int> places = [];
            for (int place = 0; file.AsSpan(place).IndexOf(signature) is >= 0 and var next; place += next + 1)
            {
                places.Add(place + next);
            }

            return places;
        }
    }

    [TestMethod]
    public void Two_entries_of_one_name_are_refused()
    {
        byte[] pickle = TorchBytes.Dictionary(legacy: false);
        AssertFileRefused(TorchBytes.Zip(pickle, ("data/0", []), ("data/0", TorchBytes.Floats(6))), "'archive/data/0'");
        AssertFileRefused(TorchBytes.Zip(pickle, ("more/data.pkl", [])), "2 entries data.pkl");
    }

    [TestMethod]
    public void Tied_weights_are_one_and_views_of_one_another_take_no_more_than_the_file()
    {
        PickleBytes pickle = new PickleBytes().Raw((byte)'}').Open();
        foreach (int tensor in Enumerable.Range(0, 200))
        {
            pickle.Text($"tied{tensor}").Tensor("FloatStorage", "0", 600, 0, [500], [1], legacy: false);
            pickle.Text($"view{tensor}").Tensor("FloatStorage", "0", 600, tensor % 100, [500 - (tensor / 100)], [1], legacy: false);
        }

        using TemporaryFolder folder = new();
        TorchFile file = TorchFile.Open(folder.Write(
            "model.bin", TorchBytes.Zip(pickle.Raw((byte)'u').Stop(), ("data/0", TorchBytes.Floats(600)))));
        Assert.AreSame(file.Read("tied0"), file.Read("tied199"));
        Assert.Contains("lies where others lie", Assert.ThrowsExactly<InvalidDataException>(() =>
        {
            foreach (string name in file.Tensors.Keys)
            {
                file.Read(name);
            }
        }).Message);
    }

    [TestMethod]
    public void An_entry_that_claims_more_than_the_file_is_refused_before_it_is_allocated()
    {
        byte[] file = TorchBytes.Zip();
        int directory = file.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(file.AsSpan(directory + 20), 0x70000000);
        BitConverter.TryWriteBytes(file.AsSpan(directory + 24), 0x70000000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertFileRefused(file, "claims 1879048192 bytes");
        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_list_cannot_be_made_a_dictionary_again_and_again()
    {
        PickleBytes pickle = new PickleBytes().Raw((byte)']').Raw((byte)'q', 0).Open();
        for (int i = 0; i < 2000; i++)
        {
            pickle.Number(i).Number(i).Raw(0x86);
        }

        pickle.Raw((byte)'e').Global("collections", "OrderedDict").Raw((byte)'q', 1, (byte)'0', (byte)'0', (byte)'(');
        for (int i = 0; i < 2000; i++)
        {
            pickle.Raw((byte)'h', 1, (byte)'h', 0, 0x85, (byte)'R');
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.HasCount(2000, (object?[])new Unpickler(pickle.Tuple().Stop()).Load()!);
        Assert.IsLessThan(1 << 24, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Deep_nesting_takes_no_stack()
    {
        PickleBytes pickle = new PickleBytes().Raw((byte)'N');
        pickle.Raw([.. Enumerable.Repeat((byte)0x85, 200_000)]);
        AssertRefused(pickle.Stop(), "no dictionary");
    }

    private static byte[] Tensor(long[] shape, long[] strides) =>
        new PickleBytes().Raw((byte)'}').Text("w").Tensor("FloatStorage", "0", 6, 0, shape, strides, legacy: false).Raw((byte)'s').Stop();

    private static void AssertRefused(byte[] pickle, params string[] named) => AssertFileRefused(TorchBytes.Zip(pickle), named);

    private static void AssertFileRefused(byte[] content, params string[] named)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.bin", content);
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => TorchFile.Open(path));
        foreach (string part in (string[])[path, .. named])
        {
            Assert.Contains(part, error.Message);
        }
    }
}
