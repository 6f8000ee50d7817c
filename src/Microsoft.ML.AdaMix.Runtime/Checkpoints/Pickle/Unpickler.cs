using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>
/// Reads the data subset of Python's pickle format that torch.save writes (protocols 2 to 5). It has no way to run anything: names are
/// looked up in <see cref="PickleGlobals"/> and everything else is refused.
/// </summary>
/// <remarks>Work and memory are linear in the pickle's length.</remarks>
internal sealed class Unpickler(ReadOnlyMemory<byte> pickle)
{
    private static readonly object Mark = new();

    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Dictionary<string, ElementType?> _storageTypes = new(StringComparer.Ordinal);
    private readonly PickleReader _reader = new(pickle);

    /// <summary>Bytes read so far; behind the STOP opcode after <see cref="Load"/>.</summary>
    public int Position => _reader.Position;

    /// <summary>The storages that it refers to, with the type of their numbers.</summary>
    public IReadOnlyDictionary<string, ElementType?> StorageTypes => _storageTypes;

    /// <summary>Runs until STOP and returns the object.</summary>
    /// <exception cref="InvalidDataException">The pickle is damaged, or holds an opcode or a name that is not data.</exception>
    public object? Load()
    {
        while (true)
        {
            byte opcode = _reader.Take(1)[0];
            if (opcode == (byte)'.')
            {
                return Pop();
            }

            if (!Literal(opcode) && !Container(opcode) && !Reference(opcode) && !Construction(opcode))
            {
                throw new InvalidDataException(
                    $"it holds the opcode 0x{opcode:x2} at byte {_reader.Position - 1}, which no state dictionary needs");
            }
        }
    }

    private bool Literal(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'N':
                Push(null);
                return true;
            case 0x88:
                Push(true);
                return true;
            case 0x89:
                Push(false);
                return true;
            case (byte)'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(_reader.Take(4)));
                return true;
            case (byte)'K':
                Push((long)_reader.Take(1)[0]);
                return true;
            case (byte)'M':
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(_reader.Take(2)));
                return true;
            case 0x8a:
                Push(PickleReader.LongInteger(_reader.Take(_reader.Take(1)[0])));
                return true;
            case 0x8b:
                Push(PickleReader.LongInteger(_reader.Take(PickleReader.Length(BinaryPrimitives.ReadUInt32LittleEndian(_reader.Take(4))))));
                return true;
            case (byte)'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(_reader.Take(8)));
                return true;
            case (byte)'X':
                Push(Encoding.UTF8.GetString(_reader.Take(PickleReader.Length(BinaryPrimitives.ReadUInt32LittleEndian(_reader.Take(4))))));
                return true;
            case 0x8d:
                Push(Encoding.UTF8.GetString(_reader.Take(PickleReader.Length(BinaryPrimitives.ReadUInt64LittleEndian(_reader.Take(8))))));
                return true;
            case 0x8c:
                Push(Encoding.UTF8.GetString(_reader.Take(_reader.Take(1)[0])));
                return true;
            case (byte)'U': // short byte string of protocol 2 written by Python 2
                Push(Encoding.Latin1.GetString(_reader.Take(_reader.Take(1)[0])));
                return true;
            case (byte)'C':
                Push(_reader.Take(_reader.Take(1)[0]).ToArray());
                return true;
            case 0x8e: // of more than 4 GiB
            case 0x96: // BYTEARRAY8
                Push(_reader.Take(PickleReader.Length(BinaryPrimitives.ReadUInt64LittleEndian(_reader.Take(8)))).ToArray());
                return true;
            case (byte)'B':
                Push(_reader.Take(PickleReader.Length(BinaryPrimitives.ReadUInt32LittleEndian(_reader.Take(4)))).ToArray());
                return true;
            default:
                return false;
        }
    }

    private bool Container(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'(':
                Push(Mark);
                return true;
            case (byte)')':
                Push(Array.Empty<object?>());
                return true;
            case (byte)'t':
                Push(PopToMark());
                return true;
            case 0x85:
                Push(PopMany(1));
                return true;
            case 0x86:
                Push(PopMany(2));
                return true;
            case 0x87:
                Push(PopMany(3));
                return true;
            case (byte)']':
                Push(new List<object?>());
                return true;
            case 0x8f: // EMPTY_SET
                Push(PickleForeign.Instance);
                return true;
            case 0x91: // FROZENSET
                PopToMark();
                Push(PickleForeign.Instance);
                return true;
            case (byte)'a':
                Add([Pop()]);
                return true;
            case (byte)'e':
            case 0x90: // ADDITEMS, to a set
                Add(PopToMark());
                return true;
            case (byte)'}':
                Push(new PickleDictionary());
                return true;
            case (byte)'s':
                SetItems(PopMany(2));
                return true;
            case (byte)'u':
                SetItems(PopToMark());
                return true;
            default:
                return false;
        }
    }

    private bool Reference(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                _reader.Take(1);
                return true;
            case 0x95: // FRAME
                _reader.Take(8);
                return true;
            case (byte)'q':
                _memo[_reader.Take(1)[0]] = Top();
                return true;
            case (byte)'r':
                _memo[BinaryPrimitives.ReadUInt32LittleEndian(_reader.Take(4))] = Top();
                return true;
            case 0x94:
                _memo[_memo.Count] = Top();
                return true;
            case (byte)'h':
                Push(Recall(_reader.Take(1)[0]));
                return true;
            case (byte)'j':
                Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(_reader.Take(4))));
                return true;
            case (byte)'0':
                Pop();
                return true;
            case (byte)'2':
                Push(Top());
                return true;
            default:
                return false;
        }
    }

    private bool Construction(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'c':
                string module = _reader.Line();
                Push(PickleGlobals.Resolve(module, _reader.Line()));
                return true;
            case 0x93:
                object?[] name = PopMany(2);
                Push(PickleGlobals.Resolve(name[0] as string ?? "?", name[1] as string ?? "?"));
                return true;
            case 0x92: // NEWOBJ_EX, with a dictionary of named arguments
                Pop();
                goto case 0x81;
            case (byte)'R':
            case 0x81: // NEWOBJ
                object?[] call = PopMany(2);
                Push(PickleGlobals.Call(
                    call[0] as PickleGlobal ?? throw new InvalidDataException("it calls something that is not a name"),
                    call[1] as object?[] ?? throw new InvalidDataException("it calls a name without a tuple of arguments")));
                return true;
            case (byte)'b':
                Pop(); // attributes of an OrderedDict (_metadata) or a Parameter: nothing a weight needs
                if (Top() is not (PickleDictionary or PickleTensor or PickleForeign))
                {
                    throw new InvalidDataException("it sets the state of something other than a dictionary or a tensor");
                }

                return true;
            case (byte)'Q':
                Push(Storage(Pop()));
                return true;
            default:
                return false;
        }
    }

    // ("storage", type, key, location, count), in the legacy format with (view key, first, count) or None behind.
    private PickleStorage Storage(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts || parts[0] is not "storage" || parts[1] is not PickleGlobal type
            || parts[2] is not string key || parts[4] is not long count || count < 0)
        {
            throw new InvalidDataException("it refers to something other than a storage");
        }

        ElementType? element = PickleGlobals.StorageType(type);
        if (!_storageTypes.TryAdd(key, element) && _storageTypes[key] != element)
        {
            throw new InvalidDataException($"it reads storage '{key}' both as {_storageTypes[key]} and as {element}");
        }

        return parts.Length == 6 && parts[5] is object?[] { Length: 3 } view && view[1] is long first && view[2] is long length
            ? new PickleStorage(key, element, length, first)
            : new PickleStorage(key, element, count, 0);
    }

    private void Add(object?[] items)
    {
        if (Top() is not PickleForeign)
        {
            Peek<List<object?>>("list").AddRange(items);
        }
    }

    private void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0)
        {
            throw new InvalidDataException("it sets a dictionary's items with a key that has no value");
        }

        if (Top() is PickleForeign)
        {
            return;
        }

        PickleDictionary dictionary = Peek<PickleDictionary>("dictionary");
        for (int i = 0; i < items.Length; i += 2)
        {
            dictionary.Set(items[i], items[i + 1]);
        }
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Top() => _stack.Count > 0 && !ReferenceEquals(_stack[^1], Mark)
        ? _stack[^1]
        : throw new InvalidDataException("its stack is empty where a value is needed");

    private T Peek<T>(string kind)
        where T : class => Top() as T ?? throw new InvalidDataException($"it adds to something that is not a {kind}");

    private object? Pop()
    {
        object? top = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int count)
    {
        object?[] values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            values[i] = Pop();
        }

        return values;
    }

    private object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(Mark);
        if (mark < 0)
        {
            throw new InvalidDataException("it closes a group that was never opened");
        }

        object?[] values = [.. _stack.Skip(mark + 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private object? Recall(long key) => _memo.TryGetValue(key, out object? value)
        ? value
        : throw new InvalidDataException($"it recalls the value {key}, which it never stored");
}
