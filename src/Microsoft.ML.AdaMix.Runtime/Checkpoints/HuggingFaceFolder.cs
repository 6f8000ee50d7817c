using Microsoft.ML.AdaMix.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>A folder as Hugging Face's <c>save_pretrained</c> writes it: configuration, weights, tokenizer.</summary>
internal static class HuggingFaceFolder
{
    private const string ConfigFile = "config.json";
    private const string IndexEnding = ".index.json";

    // Some hold the names of a hundred thousand classes.
    private const int LargestConfig = 32 << 20;

    // In the order of preference; the first that exists is read.
    private static readonly (string File, Func<string, SteadyFiles, ITensorSource> Open)[] WeightFiles =
    [
        ("model.safetensors", SafetensorsFile.Open),
        ("model.safetensors.index.json", (path, files) => ShardedFile.Open(path, files, SafetensorsFile.Open)),
        ("pytorch_model.bin", TorchFile.Open),
        ("pytorch_model.bin.index.json", (path, files) => ShardedFile.Open(path, files, TorchFile.Open)),
    ];

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
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"The encoder folder '{folder}' does not exist. Expected is a folder with {ConfigFile}, weights and tokenizer files, as "
                + "Hugging Face publishes them.");
        }

        return RegularFile.IsThere(path)
            ? EncoderConfigReader.Read(RegularFile.Read(path, files, LargestConfig), path)
            : throw new FileNotFoundException($"The encoder folder '{folder}' has no {ConfigFile}.{WrongContent.Hint(folder)}", path);
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
                WrongContent.RefuseWeights(RegularFile.Require(path));
                return open(path, files);
            }
        }

        throw new FileNotFoundException(
            $"The encoder folder '{folder}' has no weights; looked for {string.Join(", ", WeightFiles.Select(weights => weights.File))}.");
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

    private static TokenizerFiles ReadTokenizer(string folder, SteadyFiles files) => new(
        folder,
        TokenizerFiles.Names
            .Where(name => RegularFile.IsThere(Path.Combine(folder, name)))
            .ToDictionary(
                name => name,
                name => RegularFile.Read(Path.Combine(folder, name), files, TokenizerFiles.LargestFile),
                StringComparer.Ordinal));
}
