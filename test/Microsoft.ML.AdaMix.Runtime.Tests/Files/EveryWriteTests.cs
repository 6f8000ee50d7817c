using System.IO.Compression;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Files;

/// <summary>
/// Each operation of each writer fails in each way, and is the last one before a kill: the old or the new content loads, and nothing else
/// remains.
/// </summary>
[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class EveryWriteTests
{
    private static readonly AdaMixTransformer Old = Classifiers.Transformer(Classifiers.Model(headSeed: 2));
    private static readonly AdaMixTransformer New = Classifiers.Transformer(Classifiers.Model(headSeed: 3));

    // Of the kinds of failure there are two to those who catch them; a plain file sees each of them.
    private static readonly Fault[] OneOfEach = [Fault.DiskFull, Fault.NoPermission, Fault.Kill];

    private static readonly TemporaryFolder Packing = new();
    private static readonly HashSet<string> Loaded = []; // contents, each of which needs to be loaded once

    [ClassCleanup]
    public static void Clean() => Packing.Dispose();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_plain_file(bool existed)
    {
        string[] entries = existed ? ["file"] : [];
        new EveryFault
        {
            Before = folder => Array.ForEach(entries, name => folder.Write(name, "old")),
            Write = folder => AtomicFile.Write(folder.At("file"), stream =>
            {
                stream.Write(new byte[300_000]);
                stream.Flush();
                stream.Write("new"u8);
            }),
            Read = folder => Text(folder.At("file")),
        }.Run();
    }

    [TestMethod]
    public void A_file_that_is_written_in_place_comes_back_after_a_failure()
    {
        UnixNames.Require();
        const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        new EveryFault
        {
            Before = folder =>
            {
                folder.Write("sub/file", "old");
                File.SetUnixFileMode(folder.At("sub"), Closed);
            },
            Write = folder => AtomicFile.Write(folder.At("sub/file"), stream => stream.Write("newer"u8)),
            Read = folder => Text(folder.At("sub/file")),
            Faults = Faults.All.Where(fault => fault != Fault.Kill),
        }.Run();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_saved_model(bool existed) => Models(
        existed, (model, path) => Context().Model.SaveAtomically(model, null, path));

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_delta_file(bool existed) => Models(
        existed, (model, path) => Context().Model.SaveDelta(model, null, path));

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public void An_exported_folder(bool existed, bool canExchange)
    {
        int operations = new EveryFault
        {
            Before = folder => Array.ForEach<AdaMixTransformer>(existed ? [Old] : [], model => model.ExportOnnx(folder.At("export"))),
            Write = folder => New.ExportOnnx(folder.At("export"), overwrite: true),
            Read = folder => Directory.Exists(folder.At("export")) ? Export(folder.At("export")) : null,
            CanExchange = canExchange,
            Faults = canExchange ? OneOfEach : OneOfEach[..2], // a kill between two files leaves some of both
        }.Run();
        Assert.IsGreaterThan(15, operations);
    }

    [TestMethod]
    public void A_new_folder_in_new_folders() => new EveryFault
    {
        Before = _ => { },
        Write = folder => AtomicFolder.Write(
            folder.At("far/away/export"), overwrite: true, _ => true,
            temporary => AtomicFolder.WriteFile(temporary, "a", stream => stream.Write("new"u8))),
        Read = folder => Text(folder.At("far/away/export/a")),
    }.Run();

    [TestMethod]
    public void A_file_that_is_added_to() => new EveryFault
    {
        Before = _ => { },
        Write = folder =>
        {
            using IDisposable held = AppendFile.Lock(folder.At("file"));
            using AppendFile file = AppendFile.Open(folder.At("file"));
            file.Cut(0);
            file.Append("new\n"u8);
        },
        Read = folder => Text(folder.At("file")) is { } text && text.EndsWith('\n') ? text : null,
        Faults = [Fault.Kill],
    }.Run();

    private static void Models(bool existed, Action<ITransformer, string> save)
    {
        new EveryFault
        {
            Before = folder => Array.ForEach<AdaMixTransformer>(existed ? [Old] : [], model => save(model, folder.At("model.zip"))),
            Write = folder => save(New, folder.At("model.zip")),
            Read = folder =>
            {
                if (!File.Exists(folder.At("model.zip")))
                {
                    return null;
                }

                string content = Archive(folder.At("model.zip"));
                if (Loaded.Add(content))
                {
                    float[][] scores = Classifiers.Scores(new MLContext(1).Model.Load(folder.At("model.zip"), out _), Classifiers.Rows(3));
                    Assert.HasCount(3, scores);
                }

                return content;
            },
            Faults = OneOfEach,
        }.Run();
    }

    private static MLContext Context() => new(1) { TempFilePath = Packing.Path };

    private static string? Text(string path) => File.Exists(path) ? File.ReadAllText(path) : null;

    private static string Archive(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        return string.Join('\n', zip.Entries.Select(entry =>
        {
            using Stream stream = entry.Open();
            return $"{entry.FullName} {Convert.ToHexString(SHA256.HashData(stream))}";
        }));
    }

    private static string Export(string folder)
    {
        IEnumerable<string> files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(
            file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(Temporary.IsName));
        string content = string.Join('\n', files.Order(StringComparer.Ordinal).Select(
            file => $"{Path.GetRelativePath(folder, file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"));
        if (Loaded.Add(content))
        {
            using InferenceSession session = new(Path.Combine(folder, "onnx", "model.onnx"));
        }

        return content;
    }
}
