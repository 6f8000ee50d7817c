using System.Text;
using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Data;

[TestClass]
public sealed class LineSourceTests
{
    [TestMethod]
    [DataRow("utf-8")]
    [DataRow("utf-16be")]
    [DataRow("utf-32le")]
    public void Lines_end_with_lf_cr_or_both_also_where_the_stream_gives_single_bytes(string name)
    {
        Encoding encoding = TextEncodings.Find(name)!;
        const string Text = "a\nb\rc\r\n\r\n\rd\u010A\u0D0A\n\re";
        (string, string)[] expected = [("a", "\n"), ("b", "\r"), ("c", "\r\n"), ("", "\r\n"), ("", "\r"), ("d\u010A\u0D0A", "\n"),
            ("", "\r"), ("e", "")];
        foreach (int step in new[] { 1, 3, 1000 })
        {
            using LineSource lines = new(new Trickle(encoding.GetBytes(Text), step), "lines", encoding);
            CollectionAssert.AreEqual(expected, All(lines).Select(line => (line.Text, line.End)).ToArray());
        }
    }

    [TestMethod]
    [DataRow("utf-16be")]
    [DataRow("utf-16le")]
    public void UTF_16_without_Latin_letters_and_without_a_mark_is_refused_with_the_right_byte_order(string name)
    {
        byte[] bytes = TextEncodings.Find(name)!.GetBytes("\u043E\u043D \u0438\n\u043E\u043D\u0430\n");
        using LineSource unnamed = new(new MemoryStream(bytes), "lines", null);
        Assert.Contains($"--encoding {name}", Assert.Throws<Exception>(() => All(unnamed)).Message);
        string other = name == "utf-16be" ? "utf-16le" : "utf-16be";
        using LineSource swapped = new(new MemoryStream(bytes), "lines", TextEncodings.Find(other));
        Assert.Contains($"Give --encoding {name}.", Assert.ThrowsExactly<IOException>(() => swapped.Read()).Message);
        using LineSource right = new(new MemoryStream(bytes), "lines", TextEncodings.Find(name));
        Assert.AreEqual("\u043E\u043D \u0438", right.Read()!.Value.Text);
    }

    [TestMethod]
    public void Lines_longer_than_the_buffer_come_whole()
    {
        string[] texts = [new('x', 300_000), "short", new('y', 70_000), ""];
        using LineSource lines = new(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', texts) + "\n")), "lines", null);
        CollectionAssert.AreEqual(texts, All(lines).Select(line => line.Text).ToArray());
    }

    [TestMethod]
    public void A_line_without_an_end_is_refused_before_it_fills_the_memory_and_the_next_one_is_read()
    {
        using LineSource lines = new(new Endless(5 << 20, "\nnext\n"), "lines", null, longest: 1);
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => lines.Read());
        Assert.Contains("line 1: the line is longer than 1 MiB", error.Message);
        Assert.AreEqual(new TextLine(2, "next", "\n"), lines.Read());
        Assert.IsNull(lines.Read());
    }

    [TestMethod]
    public void Lines_that_were_put_back_come_again_in_order()
    {
        using LineSource lines = new(new MemoryStream("a\nb\nc\nd"u8.ToArray()), "lines", null);
        TextLine[] first = [lines.Read()!.Value, lines.Read()!.Value, lines.Read()!.Value];
        lines.PushBack(first.Skip(1));
        lines.Read();
        lines.PushBack([first[0], first[1]]);
        CollectionAssert.AreEqual(new[] { "a", "b", "c", "d" }, All(lines).Select(line => line.Text).ToArray());
    }

    private static List<TextLine> All(LineSource lines)
    {
        List<TextLine> all = [];
        while (lines.Read() is { } line)
        {
            all.Add(line);
        }

        return all;
    }

    /// <summary>Gives few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));
    }

    /// <summary>One letter many times, and something behind it.</summary>
    private sealed class Endless(long letters, string behind) : MemoryStream(Encoding.UTF8.GetBytes(behind))
    {
        private long _left = letters;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_left == 0)
            {
                return base.Read(buffer, offset, count);
            }

            int given = (int)Math.Min(_left, count);
            buffer.AsSpan(offset, given).Fill((byte)'x');
            _left -= given;
            return given;
        }
    }
}
