using System.Runtime.Versioning;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Files;

/// <summary>ML.NET's folders of packed and unpacked models, in the temporary folder.</summary>
[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class PackingFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml;

    public PackingFoldersTests() => _ml = new MLContext { TempFilePath = _folder.At("temporary") };

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Those_that_a_killed_process_left_go_with_the_next_model_and_nobody_elses_do(bool isLoaded)
    {
        UnixNames.Require();
        _ml.Model.SaveAtomically(Classifiers.Transformer(), null, _folder.At("model.zip"));
        _folder.Write("temporary/ml_dotnet_dead/adamix.lock", "");
        _folder.Write("temporary/ml_dotnet_dead/part", "half");
        _folder.Write("temporary/ml_dotnet_other/part", "of another program");
        _folder.Write("temporary/ml_dotnet_used/adamix.lock", "");
        using FileStream used = new(
            _folder.At("temporary/ml_dotnet_used/adamix.lock"), FileMode.Open, FileAccess.Write, FileShare.None);

        if (isLoaded)
        {
            _ml.Model.Load(_folder.At("model.zip"), out _);
        }
        else
        {
            _ml.Model.Save(Classifiers.Transformer(), null, _folder.At("other.zip"));
        }

        CollectionAssert.AreEquivalent(
            new[] { "ml_dotnet_other", "ml_dotnet_used" },
            Directory.GetFileSystemEntries(_folder.At("temporary")).Select(entry => Path.GetFileName(entry)).ToArray());
    }

    [TestMethod]
    public void Saving_packs_in_a_folder_that_nobody_else_reads_and_removes_it()
    {
        UnixNames.Require();
        string dead = _folder.Write($"temporary/{Temporary.NewName("model")}/ml_dotnet_dead/part", "half");

        AtomicFile.Write(_folder.At("model.zip"), stream =>
        {
            using Watching watching = new(stream, () => Assert.AreEqual(
                HeldFolder.Private, File.GetUnixFileMode(Directory.GetDirectories(_folder.At("temporary")).Single())));
            _ml.Model.SaveDelta(Classifiers.Transformer(), null, watching);
        });

        Assert.IsFalse(File.Exists(dead));
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.At("temporary")));
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Watching(Stream target, Action watch) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => target.Length;

        public override long Position
        {
            get => target.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            watch();
            target.Write(buffer, offset, count);
        }

        public override void Flush() => target.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
