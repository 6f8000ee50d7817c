namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>Writes zips exactly as entries say, and notes where their numbers stand.</summary>
internal sealed class ZipBytes : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly BinaryWriter _writer;
    private readonly List<Field> _fields = [];

    private ZipBytes() => _writer = new BinaryWriter(_stream);

    public static byte[] Write(IReadOnlyList<ZipItem> items) => Write(items, out _);

    public static byte[] Write(IReadOnlyList<ZipItem> items, out IReadOnlyList<Field> fields)
    {
        using ZipBytes zip = new();
        uint[] places = [.. items.Select(zip.Local)];
        uint directory = (uint)zip._stream.Position;
        for (int item = 0; item < items.Count; item++)
        {
            zip.Central(items[item], places[item]);
        }

        zip.End(items.Count, directory);
        fields = zip._fields;
        return zip._stream.ToArray();
    }

    public void Dispose() => _writer.Dispose();

    private uint Local(ZipItem item)
    {
        uint place = (uint)_stream.Position;
        _writer.Write("PK\u0003\u0004"u8);
        Short(20);
        Common(item);
        _writer.Write(item.Name);
        _writer.Write(item.Extra);
        _writer.Write(item.Data);
        return place;
    }

    private void Central(ZipItem item, uint place)
    {
        _writer.Write("PK\u0001\u0002"u8);
        Short(20);
        Short(20);
        Common(item);
        Short(0); // comment
        Short(0); // disk
        Short(0); // attributes
        Long(0);
        Long(item.Place ?? place);
        _writer.Write(item.Name);
        _writer.Write(item.Extra);
    }

    private void Common(ZipItem item)
    {
        Short(item.Flags);
        Short(item.Method);
        Long(0x58210000); // a date
        Long(item.Crc);
        Long(item.Packed);
        Long(item.Size);
        Short((ushort)item.Name.Length);
        Short((ushort)item.Extra.Length);
    }

    private void End(int count, uint directory)
    {
        uint length = (uint)_stream.Position - directory;
        _writer.Write("PK\u0005\u0006"u8);
        Short(0);
        Short(0);
        Short((ushort)count);
        Short((ushort)count);
        Long(length);
        Long(directory);
        Short(0);
    }

    private void Short(ushort number)
    {
        _fields.Add(new Field((int)_stream.Position, sizeof(ushort)));
        _writer.Write(number);
    }

    private void Long(uint number)
    {
        _fields.Add(new Field((int)_stream.Position, sizeof(uint)));
        _writer.Write(number);
    }
}
