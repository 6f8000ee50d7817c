using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>The folder of an export: whole or not at all, and nobody else's.</summary>
[TestClass]
public sealed class ExportFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "export");

    [TestMethod]
    public void A_folder_with_something_in_it_is_replaced_only_if_that_was_said_and_all_in_it_is_an_exports()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        Directory.CreateDirectory(Target);
        model.ExportOnnx(Target); // empty

        IOException notEmpty = Assert.ThrowsExactly<IOException>(() => model.ExportOnnx(Target));
        Assert.Contains("is not empty", notEmpty.Message);
        model.ExportOnnx(Target + Path.DirectorySeparatorChar, overwrite: true);
        File.WriteAllText(Path.Combine(Target, "notes.txt"), "mine");
        IOException others = Assert.ThrowsExactly<IOException>(() => model.ExportOnnx(Target, overwrite: true));
        Assert.Contains("'notes.txt'", others.Message);
        Assert.AreEqual("mine", File.ReadAllText(Path.Combine(Target, "notes.txt")));
        IOException file = Assert.ThrowsExactly<IOException>(() => model.ExportOnnx(Path.Combine(Target, "notes.txt")));
        Assert.Contains("is a file", file.Message);
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void An_export_of_earlier_versions_is_replaced_and_nothing_of_it_stays()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "config.json"), "{}");
        File.WriteAllText(Path.Combine(Target, "model.onnx"), "where it was");

        model.ExportOnnx(Target, overwrite: true);

        Assert.IsFalse(File.Exists(Path.Combine(Target, "model.onnx")));
        Assert.IsTrue(File.Exists(Path.Combine(Target, "onnx", "model.onnx")));
    }

    [TestMethod]
    public void What_is_not_an_exports_in_its_folder_for_graphs_is_never_lost()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        model.ExportOnnx(Target);
        File.WriteAllText(Path.Combine(Target, "onnx", "notes.txt"), "mine");

        IOException error = Assert.ThrowsExactly<IOException>(() => model.ExportOnnx(Target, overwrite: true));

        Assert.Contains("'onnx/notes.txt'", error.Message);
        File.Delete(Path.Combine(Target, "onnx", "notes.txt"));
        Directory.CreateDirectory(Path.Combine(Target, "onnx", "empty"));
        Assert.Contains("'onnx/empty'", Assert.ThrowsExactly<IOException>(() => model.ExportOnnx(Target, overwrite: true)).Message);
    }

    [TestMethod]
    public void A_cancelled_export_leaves_the_old_folder_and_nothing_else()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        model.ExportOnnx(Target);
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(Target, "onnx", "model.onnx"));

        Assert.ThrowsExactly<OperationCanceledException>(
            () => model.ExportOnnx(Target, overwrite: true, new CancellationToken(canceled: true)));
        Assert.ThrowsExactly<OperationCanceledException>(() => AtomicFolder.Write(Target, overwrite: true, _ => true, temporary =>
        {
            using CancellationTokenSource source = new();
            using FileStream file = File.Create(Path.Combine(temporary, "model.onnx"));
            using CancelableStream stream = new(file, source.Token);
            stream.Write(new byte[10]);
            source.Cancel();
            stream.Write(new byte[10]);
        }));

        Assert.AreEqual(written, File.GetLastWriteTimeUtc(Path.Combine(Target, "onnx", "model.onnx")));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void A_failed_export_leaves_nothing()
    {
        Assert.ThrowsExactly<IOException>(() => AtomicFolder.Write(Target, overwrite: false, _ => true, temporary =>
        {
            File.WriteAllText(Path.Combine(temporary, "model.onnx"), "half");
            throw new IOException("disk full");
        }));

        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void More_weights_than_an_ONNX_file_holds_are_refused_before_anything_is_written()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => OnnxExport.RequireFit(2_200_000_000));

        Assert.Contains("at most 2 GiB", error.Message);
    }

    public void Dispose() => _folder.Dispose();
}
