using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

/// <summary>Counts the process's native bytes, hence alone.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ByteRegionTests
{
    private long _before;

    [TestInitialize]
    public void Forget_regions_of_other_tests() => _before = LiveBytes.Count();

    [TestMethod]
    public void Bytes_of_a_stream_are_read_as_they_are_whatever_pieces_it_gives()
    {
        byte[] bytes = new byte[3_000_001];
        new Random(1).NextBytes(bytes);
        using PiecewiseStream stream = new(bytes);

        ByteRegion region = ByteRegion.Read(stream, bytes.Length);

        Assert.IsTrue(region.Slice(0, bytes.Length).SequenceEqual(bytes));
        Assert.AreEqual(_before + bytes.Length, NativeBytes.Live);
        region.Release();
        Assert.AreEqual(_before, NativeBytes.Live);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => region.Slice(0, 1));
    }

    [TestMethod]
    public void More_than_two_gigabytes_are_read_and_found_behind_the_limit_of_an_array()
    {
        long length = int.MaxValue + 5_000_000L;
        using EndMark stream = new(length);

        ByteRegion region = ByteRegion.Read(stream, length);

        Assert.AreEqual(length, region.Length);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4 }, region.Slice(length - 4, 4).ToArray());
        region.Release();
        Assert.AreEqual(_before, NativeBytes.Live);
    }

    [TestMethod]
    public void A_stream_that_ends_early_leaves_no_memory_behind()
    {
        using MemoryStream stream = new(new byte[100]);

        Assert.ThrowsExactly<EndOfStreamException>(() => ByteRegion.Read(stream, 101));

        Assert.AreEqual(_before, NativeBytes.Live);
    }

    [TestMethod]
    public void An_empty_region_has_no_bytes()
    {
        ByteRegion region = ByteRegion.Read(Stream.Null, 0);

        Assert.IsTrue(region.Slice(0, 0).IsEmpty);
        region.Release();
    }

    [TestMethod]
    public void Floats_in_place_keep_the_memory_of_a_region_that_was_released()
    {
        Memory<float> floats = InPlace();
        Assert.AreEqual(2.5f, floats.Span[1]);
        Assert.AreEqual(_before + 12, LiveBytes.Count());
        GC.KeepAlive(floats);
    }

    [TestMethod]
    public void Memory_that_nobody_reads_in_place_any_more_goes_by_finalisation()
    {
        Forget();

        Assert.AreEqual(_before, LiveBytes.Count());
    }

    [TestMethod]
    public void A_file_of_float32_in_memory_is_read_in_place()
    {
        ByteRegion region = Region(("a", HostTensor.From([2], [1, 2])), ("b", HostTensor.From([1], [3])));
        HostTensor read = SafetensorsFile.Open(region, "made").Read("b");
        region.Release();

        Assert.AreEqual(3, read.Values.Span[0]);
        Assert.IsGreaterThan(_before, NativeBytes.Live);
        GC.KeepAlive(read);
    }

    [TestMethod]
    [DataRow("Float16")]
    [DataRow("BFloat16")]
    public void A_file_with_halves_in_memory_is_copied_whole_so_that_its_bytes_can_go(string halves)
    {
        StorageType storage = Enum.Parse<StorageType>(halves);
        ByteRegion region = Region(("full", HostTensor.From([2], [1, 2])), ("half", HostTensor.From([1], [3]) with { Storage = storage }));
        SafetensorsFile file = SafetensorsFile.Open(region, "made");
        HostTensor full = file.Read("full");
        HostTensor half = file.Read("half");
        region.Release();

        Assert.AreEqual(_before, NativeBytes.Live);
        CollectionAssert.AreEqual(new float[] { 1, 2 }, full.Values.ToArray());
        CollectionAssert.AreEqual(new float[] { 3 }, half.Values.ToArray());
    }

    private static ByteRegion Region(params (string Name, HostTensor Tensor)[] tensors)
    {
        byte[] bytes = SafetensorsBytes.Of(tensors);
        return ByteRegion.Read(new MemoryStream(bytes), bytes.Length);
    }

    private static Memory<float> InPlace()
    {
        float[] values = [1.5f, 2.5f, 3.5f];
        ByteRegion region = ByteRegion.Read(new MemoryStream(MemoryMarshal.AsBytes(values.AsSpan()).ToArray()), 12);
        Memory<float> floats = region.Floats(0, 3)!.Value;
        region.Release();
        return floats;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => Assert.AreEqual(1.5f, InPlace().Span[0]);

    // Gives a few bytes at a time, as network and deflate streams do.
    private sealed class PiecewiseStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 70_001));
    }

    // Writes nothing but its last four bytes, so that the memory in front of them is never touched and costs nothing.
    private sealed class EndMark(long length) : MemoryStream
    {
        private long _read;

        public override int Read(Span<byte> buffer)
        {
            _read += buffer.Length;
            if (_read == length)
            {
                ((ReadOnlySpan<byte>)[1, 2, 3, 4]).CopyTo(buffer[^4..]);
            }

            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
