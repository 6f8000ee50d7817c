using Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>A class by its name.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Weight">Its share of a run's inputs, in proportion to the sum of all: what reads fast gets many.</param>
/// <param name="Create">Makes one, for one thread.</param>
internal sealed record FileClassEntry(string Name, int Weight, Func<FileClass> Create)
{
    /// <summary>Lets classes have different inputs of the same number.</summary>
    public int Salt { get; } = Name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));

    /// <summary>An input by its number.</summary>
    public byte[] Input(FileClass files, long seed, long number) => files.Mutate(new Dice(seed, Salt, number));
}

/// <summary>All classes of files.</summary>
internal static class FileClasses
{
    public static IReadOnlyList<FileClassEntry> All { get; } =
    [
        new("safetensors", 2200, () => new SafetensorsClass()),
        new("torch-zip", 1000, () => new TorchZipClass()),
        new("torch-damage", 500, () => new TorchDamageClass()),
        new("pickle", 1000, () => new PickleClass()),
        new("torch-legacy", 1800, () => new LegacyTorchClass()),
        new("config", 1800, () => new ConfigClass()),
        new("vocabulary", 350, () => new VocabularyClass()),
        new("vocabulary-text", 500, () => new VocabularyTextClass()),
        new("tokenizer", 200, () => new TokenizerJsonClass(Models.EncoderFamily.Roberta)),
        new("tokenizer-bert", 200, () => new TokenizerJsonClass(Models.EncoderFamily.Bert)),
        new("index", 30, () => new IndexClass()),
        new("manifest", 200, () => new ManifestClass()),
        new("model", 5, () => new ModelClass()),
        new("delta", 10, () => new DeltaClass()),
        new("description", 30, () => new DescriptionClass()),
        new("mixture", 40, () => new MixtureClass()),
        new("results", 50, () => new ResultsClass()),
        new("checkpoint", 400, () => new CheckpointClass()),
    ];

    public static FileClassEntry Find(string name) => All.Single(entry => entry.Name == name);
}
