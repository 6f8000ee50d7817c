using System.IO.Compression;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Files;

[TestClass]
public sealed class ZipBoundsTests
{
    private const int Megabyte = 1 << 20;

    [TestMethod]
    public void A_zip_of_ordinary_entries_is_taken_and_the_stream_stays_where_it_was()
    {
        using MemoryStream zip = new(Zip(("a/b.txt", new byte[1000]), ("a/c..d", new byte[3 * Megabyte])));
        zip.Position = 3;
        ZipBounds.Check(zip);
        Assert.AreEqual(3, zip.Position);
    }

    [TestMethod]
    [DataRow(3, 3072L)]
    [DataRow(5, 4000L)]
    [DataRow(1, 64L)]
    public void A_zip_that_says_it_unpacks_to_hundreds_of_times_its_length_is_refused_unread(int megabytes, long unpacked)
    {
        byte[] content = new byte[megabytes * Megabyte];
        Random.Shared.NextBytes(content);
        byte[] zip = Zip(("x", content));
        int directory = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(directory + 24), (uint)(unpacked * Megabyte));

        Assert.Contains($"unpacks to {unpacked * Megabyte} bytes", Refusal(zip));
    }

    [TestMethod]
    public void Entries_are_added_up() =>
        Assert.Contains("unpacks to", Refusal(Zip([.. Enumerable.Range(0, 40).Select(number => ($"{number}", new byte[Megabyte]))])));

    [TestMethod]
    public void An_entry_that_has_more_than_it_says_is_cut_off()
    {
        byte[] zip = Zip(("x", new byte[4 * Megabyte]));
        int directory = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(directory + 24), 10u);
        using ZipArchive archive = new(new MemoryStream(zip));
        using Stream entry = archive.Entries[0].Open();
        using MemoryStream read = new();
        entry.CopyTo(read);
        Assert.AreEqual(10, read.Length);
    }

    [TestMethod]
    [DataRow("../x")]
    [DataRow("a/../../x")]
    [DataRow("a\\..\\x")]
    [DataRow("/etc/x")]
    [DataRow("C:\\x")]
    public void A_name_that_leads_out_is_refused(string name) => Assert.Contains("leads out of it", Refusal(Zip((name, new byte[1]))));

    [TestMethod]
    [DataRow("a/x", "a/x")]
    [DataRow("a/x", "A/X")]
    [DataRow("a/x", "a\\x")]
    public void Two_entries_of_one_name_are_refused(string one, string other) =>
        Assert.Contains("two entries", Refusal(Zip((one, new byte[1]), (other, new byte[1]))));

    [TestMethod]
    public void Something_else_is_refused() => Assert.Contains("no zip archive", Refusal([1, 2, 3]));

    private static string Refusal(byte[] zip) =>
        Assert.ThrowsExactly<InvalidDataException>(() => ZipBounds.Check(new MemoryStream(zip))).Message;

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
