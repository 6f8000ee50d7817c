using System.Buffers.Binary;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>A pickle, cut into its operations: some go, come twice, change places or get other arguments.</summary>
internal sealed class PickleTemplate
{
    private static readonly byte[][] Operations =
    [
        [(byte)'N'], [0x88], [0x89], [(byte)'('], [(byte)')'], [(byte)'t'], [0x85], [0x86], [0x87], [(byte)']'], [(byte)'a'], [(byte)'e'],
        [(byte)'}'], [(byte)'s'], [(byte)'u'], [(byte)'0'], [(byte)'2'], [(byte)'R'], [(byte)'b'], [(byte)'Q'], [(byte)'.'], [0x81], [0x93],
        [0x94], [(byte)'q', 0], [(byte)'h', 0], [(byte)'h', 1], [(byte)'r', 255, 255, 255, 255], [(byte)'j', 1, 0, 0, 0], [(byte)'i'],
        [(byte)'o'], [(byte)'P'], [0x80, 2], [0x80, 9], [0x95, 255, 0, 0, 0, 0, 0, 0, 0], [(byte)'X', 255, 255, 255, 127],
        [(byte)'X', 255, 255, 255, 255], [(byte)'X', 0, 0, 0, 0], [(byte)'B', 0, 0, 0, 128], [0x8c, 1, (byte)'0'], [(byte)'U', 1, 0xff],
        [0x8a, 0], [0x8a, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1], [(byte)'G', 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], [(byte)'K', 7],
        [.. "cbuiltins\neval\n"u8], [.. "ccollections\nOrderedDict\n"u8], [.. "ctorch\nFloatStorage\n"u8], [.. "ctorch\nHalfStorage\n"u8],
        [.. "ctorch._utils\n_rebuild_tensor_v2\n"u8], [.. "ctorch\nSize\n"u8], [.. "ctorch\nUntypedStorage\n"u8],
        [.. "ctorch\nByteStorage\n"u8], [.. "ctorch._utils\n_rebuild_parameter\n"u8],
    ];

    private readonly List<byte[]> _operations = [];

    /// <param name="pickle">Of the operations that <see cref="TinyTorch"/> writes.</param>
    public PickleTemplate(ReadOnlySpan<byte> pickle)
    {
        while (!pickle.IsEmpty)
        {
            int length = Length(pickle);
            _operations.Add(pickle[..length].ToArray());
            pickle = pickle[length..];
        }
    }

    public byte[] Mutate(Dice dice)
    {
        List<byte[]> changed = [.. _operations];
        for (int change = 1 + dice.Next(3); change > 0; change--)
        {
            int place = dice.Next(changed.Count);
            switch (dice.Next(7))
            {
                case 0:
                    changed.RemoveAt(place);
                    break;
                case 1:
                    changed.Insert(place, changed[place]);
                    break;
                case 2:
                    changed.Insert(place, dice.Pick(Operations));
                    break;
                case 3:
                    changed[place] = dice.Pick(Operations);
                    break;
                case 4:
                    int other = dice.Next(changed.Count);
                    (changed[place], changed[other]) = (changed[other], changed[place]);
                    break;
                case 5: // a group again
                    int count = Math.Min(1 + dice.Next(30), changed.Count - place);
                    changed.InsertRange(dice.Next(changed.Count), changed.GetRange(place, count));
                    break;
                default:
                    int number = changed.FindIndex(place, operation => operation[0] == 0x8a && operation.Length == 10);
                    if (number >= 0)
                    {
                        byte[] odd = [0x8a, 8, .. new byte[8]];
                        BinaryPrimitives.WriteInt64LittleEndian(odd.AsSpan(2), dice.OneIn(3) ? dice.Next(20) : dice.OddNumber());
                        changed[number] = odd;
                    }

                    break;
            }
        }

        byte[] pickle = [.. changed.SelectMany(operation => operation)];
        return dice.OneIn(6) ? ByteMutator.Mutate(pickle, dice, [], 1) : pickle;
    }

    private static int Length(ReadOnlySpan<byte> pickle) => (char)pickle[0] switch
    {
        '\u0080' or 'K' or 'q' or 'h' => 2,
        'X' => 5 + BinaryPrimitives.ReadInt32LittleEndian(pickle[1..]),
        '\u008a' => 2 + pickle[1],
        'c' => Lines(pickle),
        _ => 1,
    };

    private static int Lines(ReadOnlySpan<byte> pickle)
    {
        int first = pickle.IndexOf((byte)'\n') + 1;
        return first + pickle[first..].IndexOf((byte)'\n') + 1;
    }
}
