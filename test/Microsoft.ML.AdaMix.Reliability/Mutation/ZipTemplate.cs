using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>A zip whose entries are changed one by one: names, sizes that lie, checksums, methods, what is packed a thousandfold.</summary>
internal sealed class ZipTemplate
{
    private static readonly byte[][] Names =
    [
        .. new[]
        {
            "", "/", "..", "../x", "../../../../adamix-escaped", "/adamix-escaped", "C:\\adamix-escaped", "..\\x", "a/../../b",
            "\0",
            "archive/data.pkl", "b/data.pkl", "data.pkl", "archive/data/../data.pkl", "ARCHIVE/DATA.PKL", "AdaMix.manifest",
            "TransformerChain/Transform_000/AdaMix.manifest", "archive/data/0/", "\ud83d\ude00", "con",
        }.Select(Encoding.UTF8.GetBytes),
        Encoding.UTF8.GetBytes(new string('n', 5000)),
        [0xff, 0xfe],
    ];

    private static readonly byte[] Zeros = ZipItem.Pack(new byte[24 << 20]); // in a thousandth
    private static readonly ushort[] Methods = [0, 1, 8, 9, 12, 14, 93, 99, 65535];
    private static readonly ushort[] Flags = [1, 8, 0x40, 0x800, 0x2000, 0xffff];

    private readonly IReadOnlyList<ZipItem> _items;
    private readonly byte[] _plain;
    private readonly IReadOnlyList<Field> _fields;

    public ZipTemplate(IReadOnlyList<ZipItem> items)
    {
        _items = items;
        _plain = ZipBytes.Write(items, out _fields);
    }

    public byte[] Plain => _plain;

    public byte[] Mutate(Dice dice)
    {
        if (dice.OneIn(2))
        {
            return ByteMutator.Mutate(_plain, dice, _fields);
        }

        List<ZipItem> items = [.. _items];
        for (int change = 1 + dice.Next(2); change > 0 && items.Count > 0; change--)
        {
            Change(items, dice);
        }

        byte[] zip = ZipBytes.Write(items, out IReadOnlyList<Field> fields);
        return dice.OneIn(5) ? ByteMutator.Mutate(zip, dice, fields, 1) : zip;
    }

    private static void Change(List<ZipItem> items, Dice dice)
    {
        int place = dice.Next(items.Count);
        ZipItem item = items[place];
        uint odd = (uint)dice.OddNumber();
        switch (dice.Next(14))
        {
            case 0:
                items.RemoveAt(place);
                break;
            case 1:
                items.Add(item);
                break;
            case 2: // the same name, another content
                items.Insert(dice.Next(items.Count), item with { Data = dice.Pick(items).Data });
                break;
            case 3:
                items[place] = item with { Name = dice.Pick(Names) };
                break;
            case 4:
                items[place] = item with { Name = dice.Pick(items).Name };
                break;
            case 5:
                items[place] = item with { Size = dice.OneIn(2) ? odd : item.Size + (uint)dice.Next(5) - 2 };
                break;
            case 6:
                items[place] = item with { Packed = dice.OneIn(2) ? odd : item.Packed + (uint)dice.Next(5) - 2 };
                break;
            case 7:
                items[place] = item with { Crc = (uint)dice.Bits() };
                break;
            case 8:
                items[place] = item with { Method = dice.Pick(Methods) };
                break;
            case 9:
                items[place] = item with { Flags = dice.Pick(Flags) };
                break;
            case 10:
                items[place] = item with { Place = dice.OneIn(2) ? odd : (uint)dice.Next(500) };
                break;
            case 11: // what unpacks to a thousand times as much, and says so or not
                items[place] = item with
                {
                    Data = Zeros, Method = 8, Packed = (uint)Zeros.Length, Size = dice.OneIn(2) ? 24 << 20 : item.Size,
                };
                break;
            case 12: // sizes in a zip64 field
                byte[] extra = new byte[28];
                BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
                BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), (ushort)(8 * (1 + dice.Next(3))));
                for (int number = 0; number < 3; number++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(
                        extra.AsSpan(4 + (8 * number)), dice.OneIn(3) ? dice.OddNumber() : item.Data.Length);
                }

                items[place] = item with { Extra = extra, Size = uint.MaxValue, Packed = dice.OneIn(2) ? uint.MaxValue : item.Packed };
                break;
            default: // altered, with the checksum in order where it is stored
                byte[] data = ByteMutator.Mutate(item.Data, dice, [], 1);
                items[place] = item.Method == 0
                    ? item with { Data = data, Size = (uint)data.Length, Packed = (uint)data.Length, Crc = Crc32.HashToUInt32(data) }
                    : item with { Data = data };
                break;
        }
    }
}
