using System.Text;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>A JSON text whose values and members are known by place, so that changed ones are made by cutting alone.</summary>
internal sealed class JsonTemplate
{
    private static readonly byte[][] Values =
    [
        .. new[]
        {
            "-1", "0", "1", "2", "3", "15", "16", "-0", "0.5", "1.0", "1e0", "2147483647", "2147483648", "4294967295", "4294967296",
            "16777216", "16777217", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e308", "1e999", "-1e999",
            "1e-999", "0.1e-5", "00", "+1", ".5", "NaN", "Infinity", "\"NaN\"", "\"Infinity\"", "\"1\"", "null", "true", "false", "\"\"",
            "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\"\u202e\u0301\"", "\"\\ufffe\"",
            "\"a\\nb\"", "\"../x\"", "\"/etc/passwd\"", "\"C:\\\\x\"", "\"CON\"", "\"roberta\"", "\"bert\"", "\"Multiclass\"", "[]", "{}",
            "[[]]", "[null]", "[0]", "[-1]", "[1,1]", "{\"\":0}", "{\"a\":{\"a\":{}}}", "[1e999]", "[\"\"]", "'x'", "//x\n0", "\"\\x\"",
            "-", "\"",
        }.Select(Encoding.UTF8.GetBytes),
        Encoding.UTF8.GetBytes(new string('9', 400)),
        Encoding.UTF8.GetBytes('"' + new string('a', 5000) + '"'),
        Encoding.UTF8.GetBytes('[' + string.Join(',', Enumerable.Repeat("1", 2000)) + ']'),
        Encoding.UTF8.GetBytes(new string('[', 62) + new string(']', 62)),
        Encoding.UTF8.GetBytes(new string('[', 1000) + new string(']', 1000)),
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 300)) + '1' + new string('}', 300)),
        [(byte)'"', 0xff, 0xfe, (byte)'"'],
        [(byte)'"', 0xc0, 0x80, (byte)'"'],
        [(byte)'"', 0xed, 0xa0, 0x80, (byte)'"'],
    ];

    private readonly byte[] _json;
    private readonly List<Range> _values = [];
    private readonly List<Range> _members = [];
    private readonly List<Range> _keys = [];

    public JsonTemplate(byte[] json)
    {
        _json = json;
        Utf8JsonReader reader = new(json);
        Stack<(int Start, int Member)> open = [];
        int member = -1;
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            int end = (int)reader.BytesConsumed;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    member = start;
                    _keys.Add(start..json.AsSpan(0, end).LastIndexOf((byte)':'));
                    continue;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    open.Push((start, member));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    (int opened, int of) = open.Pop();
                    Add(opened, end, of);
                    break;
                default:
                    Add(start, end, member);
                    break;
            }

            member = -1;
        }
    }

    /// <summary>The text with one change, or a few.</summary>
    public byte[] Mutate(Dice dice)
    {
        byte[] changed = Change(dice);
        return dice.OneIn(4) ? ByteMutator.Mutate(changed, dice, [], 2)
            : dice.OneIn(4) && TryParse(changed) is { } again ? again.Change(dice)
            : changed;
    }

    private static JsonTemplate? TryParse(byte[] json)
    {
        try
        {
            return new JsonTemplate(json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private byte[] Change(Dice dice)
    {
        Range value = dice.Pick(_values);
        switch (dice.Next(_members.Count == 0 ? 3 : 9))
        {
            case 0 or 1:
                return Put(value, dice.Pick(Values));
            case 2: // another value of the same text
                return Put(value, Bytes(dice.Pick(_values)));
            case 3: // without a member
                Range gone = WithComma(dice.Pick(_members));
                return Put(gone, []);
            case 4: // a member twice, the second perhaps with another value
                Range twice = dice.Pick(_members);
                byte[] second = [.. Bytes(twice), (byte)','];
                return Put(twice.Start..twice.Start, second);
            case 5: // a member's name on another value
                return Put(dice.Pick(_keys), Bytes(dice.Pick(_keys)));
            case 6: // a member of elsewhere
                Range place = dice.Pick(_members);
                byte[] elsewhere = [.. Bytes(dice.Pick(_members)), (byte)','];
                return Put(place.Start..place.Start, elsewhere);
            case 7: // a name in another spelling
                Range key = dice.Pick(_keys);
                byte letter = _json[key.Start.Value + 1];
                return letter is >= (byte)'A' and <= (byte)'z' and not (byte)'\\'
                    ? Put((key.Start.Value + 1)..(key.Start.Value + 2), Encoding.UTF8.GetBytes(
                        dice.OneIn(2) ? $"\\u{(int)letter:x4}" : $"{(char)(letter ^ 0x20)}"))
                    : Put(value, dice.Pick(Values));
            default: // an unknown member
                Range before = dice.Pick(_members);
                byte[] unknown = [.. "\"unknown\":"u8, .. dice.Pick(Values), (byte)','];
                return Put(before.Start..before.Start, unknown);
        }
    }

    private void Add(int start, int end, int member)
    {
        _values.Add(start..end);
        if (member >= 0)
        {
            _members.Add(member..end);
        }
    }

    private Range WithComma(Range member)
    {
        int end = member.End.Value;
        int start = member.Start.Value;
        return end < _json.Length && _json[end] == (byte)',' ? start..(end + 1)
            : start > 0 && _json[start - 1] == (byte)',' ? (start - 1)..end
            : member;
    }

    private ReadOnlySpan<byte> Bytes(Range range) => _json.AsSpan(range);

    private byte[] Put(Range range, ReadOnlySpan<byte> by) =>
        ByteMutator.Replace(_json, range.Start.Value, range.End.Value - range.Start.Value, by);
}
