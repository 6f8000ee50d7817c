using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints.Pickle;

/// <summary>Writes pickles opcode by opcode, valid or not.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [0x80, 2];

    public PickleBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBytes Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Raw((byte)'X').Raw(length).Raw(utf8);
    }

    public PickleBytes Number(long number)
    {
        byte[] value = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(value, number);
        return Raw(0x8a, 8).Raw(value);
    }

    public PickleBytes Global(string module, string name) => Raw([(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")]);

    public PickleBytes Open() => Raw((byte)'(');

    public PickleBytes Tuple() => Raw((byte)'t');

    public PickleBytes Numbers(params long[] numbers)
    {
        Open();
        foreach (long number in numbers)
        {
            Number(number);
        }

        return Tuple();
    }

    /// <summary>A tensor that is a view of a storage. The older format has a sixth entry in the storage's name.</summary>
    public PickleBytes Tensor(string storageType, string key, long count, long offset, long[] shape, long[] strides, bool legacy)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Open();
        Open().Text("storage").Global("torch", storageType).Text(key).Text("cpu").Number(count);
        (legacy ? Raw((byte)'N') : this).Tuple().Raw((byte)'Q');
        Number(offset).Numbers(shape).Numbers(strides).Raw(0x89);
        return Global("collections", "OrderedDict").Raw((byte)')', (byte)'R').Tuple().Raw((byte)'R');
    }

    public byte[] Stop() => [.. _bytes, (byte)'.'];
}
