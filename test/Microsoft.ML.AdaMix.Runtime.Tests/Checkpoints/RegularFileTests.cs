using System.Diagnostics;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints;

/// <summary>What stands under a file's name may be anything; opening a pipe would wait for ever, and a device never ends.</summary>
[TestClass]
public sealed class RegularFileTests
{
    private static readonly Dictionary<string, Action<string>> Kinds = new(StringComparer.Ordinal)
    {
        ["pipe"] = path => Process.Start("mkfifo", path).WaitForExit(),
        ["device"] = path => File.CreateSymbolicLink(path, "/dev/zero"),
        ["folder"] = path => Directory.CreateDirectory(path),
        ["link to a folder"] = path => File.CreateSymbolicLink(path, Path.GetTempPath()),
        ["link to nothing"] = path => File.CreateSymbolicLink(path, path + ".gone"),
        ["link to itself"] = path => File.CreateSymbolicLink(path, path),
        ["empty file"] = path => File.WriteAllBytes(path, []),
    };

    public static IEnumerable<object[]> FilesOfEveryKind =>
        from file in (string[])[
            "config.json", "model.safetensors", "pytorch_model.bin", "model.safetensors.index.json", "shard.safetensors", "vocab.json",
            "merges.txt", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"]
        from kind in Kinds.Keys
        select (object[])[file, kind];

    [TestMethod]
    [DynamicData(nameof(FilesOfEveryKind))]
    public void What_is_no_file_with_content_is_refused_before_it_is_opened(string file, string kind)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Pipes, devices and links of that kind are of Unix.");
        }

        using TemporaryFolder folder = Encoder(sharded: file is "model.safetensors.index.json" or "shard.safetensors");
        string path = Path.Combine(folder.Path, file);
        File.Delete(path);
        if (file == "pytorch_model.bin")
        {
            File.Delete(Path.Combine(folder.Path, "model.safetensors"));
        }

        Kinds[kind](path);

        Assert.Contains($"'{path}'", Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.Load(folder.Path)).Message);
    }

    [TestMethod]
    public void Links_to_files_are_followed_as_in_the_cache_of_Hugging_Face()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Links need a right there.");
        }

        using TemporaryFolder blobs = Encoder(sharded: false);
        using TemporaryFolder snapshot = new();
        foreach (string file in Directory.GetFiles(blobs.Path))
        {
            File.CreateSymbolicLink(
                Path.Combine(snapshot.Path, Path.GetFileName(file)), Path.GetRelativePath(snapshot.Path, file));
        }

        Assert.HasCount(
            HuggingFaceFolder.Load(blobs.Path).Weights.Count, HuggingFaceFolder.Load(snapshot.Path).Weights);
    }

    [TestMethod]
    public void A_file_longer_than_any_of_its_kind_is_refused_before_it_is_read()
    {
        using TemporaryFolder folder = Encoder(sharded: false);
        string path = Path.Combine(folder.Path, "vocab.txt");
        using (FileStream sparse = File.Create(path))
        {
            sparse.SetLength(TokenizerFiles.LargestFile + 1L);
        }

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => HuggingFaceFolder.Load(folder.Path));

        Assert.Contains($"'{path}' has 134217729 bytes", error.Message);
    }

    private static TemporaryFolder Encoder(bool sharded)
    {
        TemporaryFolder folder = new();
        Dictionary<string, HostTensor> weights = EncoderFolder.Weights(EncoderFamily.Bert);
        folder.Write("config.json", EncoderFolder.ConfigJson(EncoderFamily.Bert));
        folder.Write(sharded ? "shard.safetensors" : "model.safetensors", EncoderFolder.Bytes(weights));
        if (sharded)
        {
            string entries = string.Join(',', weights.Keys.Select(tensor => $"\"{tensor}\":\"shard.safetensors\""));
            folder.Write("model.safetensors.index.json", $$$"""{"weight_map":{{{{entries}}}}}""");
        }

        return folder;
    }
}
