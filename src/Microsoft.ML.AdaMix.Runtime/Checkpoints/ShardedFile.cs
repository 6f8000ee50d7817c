using System.Text.Json;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Several files with an index (<c>*.index.json</c>) that says which tensor is in which.</summary>
internal sealed class ShardedFile : ITensorSource
{
    public const int LargestIndex = 32 << 20;

    private readonly Dictionary<string, ITensorSource> _shardOf = new(StringComparer.Ordinal);

    private ShardedFile(Dictionary<string, ITensorSource> shardOf)
    {
        _shardOf = shardOf;
        Tensors = shardOf.ToDictionary(shard => shard.Key, shard => shard.Value.Tensors[shard.Key], StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Opens all shards that the index names; they must lie in its folder.</summary>
    public static ShardedFile Open(string index, SteadyFiles files, Func<string, SteadyFiles, ITensorSource> openShard)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(index))!;
        Dictionary<string, ITensorSource> shards = new(StringComparer.Ordinal);
        Dictionary<string, ITensorSource> shardOf = new(StringComparer.Ordinal);
        foreach ((string tensor, string file) in WeightMap(index, files))
        {
            RequirePlain(index, file);
            if (!shards.TryGetValue(file, out ITensorSource? shard))
            {
                string path = Path.Combine(folder, file);
                shard = IsName(file) && RegularFile.IsThere(path)
                    ? openShard(RegularFile.Require(path), files)
                    : throw Missing(index, file, path);
                shards.Add(file, shard);
            }

            if (!shard.Tensors.ContainsKey(tensor))
            {
                throw new InvalidDataException($"The index '{index}' says that tensor '{tensor}' is in '{file}', but it is not.");
            }

            shardOf[tensor] = shard;
        }

        return new ShardedFile(shardOf);
    }

    /// <summary>The files that an index names, without opening them.</summary>
    /// <exception cref="InvalidDataException">It is no index, or names a file that would not lie beside it.</exception>
    /// <exception cref="FileNotFoundException">It names something that can be no file.</exception>
    public static IReadOnlyList<string> Shards(string index)
    {
        string[] shards = [.. WeightMap(index, new SteadyFiles()).Select(entry => entry.File).Distinct(StringComparer.Ordinal)];
        Array.ForEach(shards, shard => RequirePlain(index, shard));
        return Array.Find(shards, shard => !IsName(shard)) is { } other ? throw Missing(index, other, other) : shards;
    }

    public string FileOf(string tensor) => _shardOf[tensor].FileOf(tensor);

    public HostTensor Read(string tensor) => _shardOf[tensor].Read(tensor);

    public void Release()
    {
        foreach (ITensorSource shard in _shardOf.Values.Distinct())
        {
            shard.Release();
        }
    }

    private static bool IsName(string file) => file is not ("" or "." or "..");

    private static FileNotFoundException Missing(string index, string file, string path) =>
        new($"The index '{index}' names the shard '{file}', which is not there. Fetch it again.", path);

    private static void RequirePlain(string index, string file)
    {
        if (file != Path.GetFileName(file))
        {
            throw new InvalidDataException(
                $"The index '{index}' names the shard '{file}', which is not a plain file name; a shard must lie beside its index.");
        }
    }

    private static List<(string Tensor, string File)> WeightMap(string index, SteadyFiles files)
    {
        try
        {
            byte[] json = Utf8Text.Of(RegularFile.Read(index, files, LargestIndex));
            if (NotWeights.Describe(json) is { } what)
            {
                throw new InvalidDataException($"'{index}' is {what}");
            }

            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.GetProperty("weight_map").EnumerateObject().Select(
                entry => (entry.Name,
                    entry.Value.GetString() ?? throw new InvalidOperationException($"the shard of '{entry.Name}' is null.")))];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"The index '{index}' is not a JSON object with a 'weight_map' from tensor names to file names: {error.Message}", error);
        }
    }
}
