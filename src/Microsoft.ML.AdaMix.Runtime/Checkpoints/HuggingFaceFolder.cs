using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>A folder as Hugging Face's <c>save_pretrained</c> writes it: configuration, weights, tokenizer.</summary>
internal static class HuggingFaceFolder
{
    public const string ConfigFile = "config.json";

    /// <summary>Bytes that it may have: some hold the names of a hundred thousand classes.</summary>
    public const int LargestConfig = 32 << 20;

    /// <summary>Ending of an index of several weight files.</summary>
    public const string IndexEnding = ".index.json";

    private const int MostLooked = 1000;
    private const int MostShown = 12;

    // In the order of preference; the first that exists is read.
    private static readonly (string File, Func<string, SteadyFiles, ITensorSource> Open)[] WeightFiles =
    [
        ("model.safetensors", WeightFile.Open),
        ("model.safetensors.index.json", (path, files) => ShardedFile.Open(path, files, WeightFile.Open)),
        ("pytorch_model.bin", WeightFile.Open),
        ("pytorch_model.bin.index.json", (path, files) => ShardedFile.Open(path, files, WeightFile.Open)),
    ];

    /// <summary>Names of weights, in the order in which they are looked for; the first that is there is read.</summary>
    public static IEnumerable<string> WeightNames => WeightFiles.Select(weights => weights.File);

    /// <summary>Reads the encoder; heads of any kind in the checkpoint are left aside.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">It has no configuration or no weights.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or not supported.</exception>
    /// <exception cref="IOException">A file cannot be read, or is changed meanwhile.</exception>
    public static LoadedEncoder Load(string folder) => Load(folder, new SteadyFiles());

    /// <summary>Likewise, with what reads the files.</summary>
    public static LoadedEncoder Load(string folder, SteadyFiles files) => files.ReadTogether(() =>
    {
        EncoderConfig config = ReadConfig(folder, files);
        ITensorSource weights = OpenWeights(folder, files);
        try
        {
            return EncoderReader.Read(folder, config, weights, ReadTokenizer(folder, files));
        }
        finally
        {
            weights.Release();
        }
    });

    /// <summary>Reads the masked-LM head that the folder has beside its encoder.</summary>
    /// <exception cref="InvalidDataException">There is none, or a file is damaged or not supported.</exception>
    /// <exception cref="IOException">A file cannot be read, or is changed meanwhile.</exception>
    public static LanguageHead ReadLanguageHead(string folder, LoadedEncoder encoder)
    {
        SteadyFiles files = new();
        return files.ReadTogether(() =>
        {
            ITensorSource weights = OpenWeights(folder, files);
            try
            {
                return LanguageHeadReader.Read(weights, encoder);
            }
            finally
            {
                weights.Release();
            }
        });
    }

    public static EncoderConfig ReadConfig(string folder) => ReadConfig(folder, new SteadyFiles());

    private static EncoderConfig ReadConfig(string folder, SteadyFiles files)
    {
        string path = Path.Combine(folder, ConfigFile);
        RequirePermission(folder, path);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"The encoder folder '{folder}' does not exist. Expected is a folder with {ConfigFile}, weights and tokenizer files, as "
                + "Hugging Face publishes them.");
        }

        return RegularFile.IsThere(path)
            ? EncoderConfigReader.Read(Utf8Text.Of(RegularFile.Read(path, files, LargestConfig)), path, () => TypeOfWeights(folder))
            : throw new FileNotFoundException($"The encoder folder '{folder}' has no {ConfigFile}{NearbyFolder.Hint(folder)}.", path);
    }

    // A folder into which this user may not look seems to be empty, or not to be there.
    private static void RequirePermission(string folder, string path)
    {
        try
        {
            File.GetAttributes(path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException(
                $"The encoder folder '{folder}' may not be read by this user: {error.Message} Allow it, or name a copy.", error);
        }
        catch (Exception error) when (error is IOException or NotSupportedException)
        {
            // Whatever is missing is told of by name.
        }
    }

    // What the names of the weights tell, where the configuration tells nothing.
    private static string? TypeOfWeights(string folder)
    {
        ITensorSource weights = OpenWeights(folder);
        try
        {
            return EncoderFamilies.ModelTypeOf([.. weights.Tensors.Keys.Select(TensorNames.Unwrapped)]);
        }
        finally
        {
            weights.Release();
        }
    }

    /// <summary>All tensors of the folder's weights, those of heads included.</summary>
    public static ITensorSource OpenWeights(string folder) => OpenWeights(folder, new SteadyFiles());

    private static ITensorSource OpenWeights(string folder, SteadyFiles files)
    {
        foreach ((string file, Func<string, SteadyFiles, ITensorSource> open) in WeightFiles)
        {
            string path = Path.Combine(folder, file);
            if (RegularFile.IsThere(path))
            {
                return open(RegularFile.Require(path), files);
            }
        }

        throw new FileNotFoundException(
            $"The encoder folder '{folder}' has no weights; looked for {string.Join(", ", WeightNames)}, found is {Found(folder)}.");
    }

    // What is there instead, such as weights in the format of another program.
    private static string Found(string folder)
    {
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Take(MostLooked).Select(entry => Path.GetFileName(entry)).Order(
            StringComparer.Ordinal)];
        return names.Length <= MostShown
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(MostShown))} and {names.Length - MostShown}{(names.Length == MostLooked ? " or" : "")} more";
    }

    /// <summary>The files that <see cref="Load(string)"/> reads, as far as they are there, without reading them.</summary>
    public static IReadOnlyList<string> Files(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        string? weights = WeightFiles.Select(weights => weights.File).FirstOrDefault(file => File.Exists(Path.Combine(folder, file)));
        string[] shards = weights is not null && weights.EndsWith(IndexEnding, StringComparison.Ordinal)
            ? Directory.GetFiles(folder, $"*{Path.GetExtension(weights[..^IndexEnding.Length])}")
            : [];
        return
        [
            .. new[] { ConfigFile, weights }.Concat(TokenizerFiles.Names).OfType<string>().Select(file => Path.Combine(folder, file))
                .Where(File.Exists),
            .. shards,
        ];
    }

    /// <summary>How many bytes these files have. Links are followed: the hub's cache consists of them.</summary>
    public static long Size(string folder) => Files(folder).Sum(RegularFile.Length);

    private static TokenizerFiles ReadTokenizer(string folder, SteadyFiles files) => new(
        folder,
        TokenizerFiles.Names
            .Where(name => RegularFile.IsThere(Path.Combine(folder, name)))
            .ToDictionary(
                name => name,
                name => ReadTokenizerFile(Path.Combine(folder, name), files),
                StringComparer.Ordinal));

    private static byte[] ReadTokenizerFile(string path, SteadyFiles files)
    {
        byte[] content = RegularFile.Read(path, files, TokenizerFiles.LargestFile);
        return NotWeights.Describe(content) is { } what ? throw new InvalidDataException($"'{path}' is {what}")
            : path.EndsWith(".model", StringComparison.Ordinal) ? content
            : Utf8Text.Of(content);
    }
}
