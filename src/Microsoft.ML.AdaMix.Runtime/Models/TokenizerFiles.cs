namespace Microsoft.ML.AdaMix.Models;

/// <summary>
/// The files of a Hugging Face tokenizer as bytes, by file name: any of <c>vocab.json</c>, <c>merges.txt</c>, <c>vocab.txt</c>,
/// <c>tokenizer.json</c>, SentencePiece's models and the others of <see cref="Names"/>. They travel inside a saved model.
/// </summary>
/// <param name="Source">What errors call them: the folder, or the package.</param>
/// <param name="Contents">File name to content; no other names, since exports write files of these names.</param>
internal sealed record TokenizerFiles(string Source, IReadOnlyDictionary<string, byte[]> Contents)
{
    /// <summary>More than any published tokenizer's file has.</summary>
    public const int LargestFile = 128 << 20;

    public static readonly string[] Names =
        ["vocab.json", "merges.txt", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
            "added_tokens.json", "sentencepiece.bpe.model", "spiece.model", "spm.model", "sentencepiece.model"];

    public IReadOnlyDictionary<string, byte[]> Contents { get; init => field = RequireKnown(Source, value); } =
        RequireKnown(Source, Contents);

    /// <exception cref="InvalidDataException">A file is none of a tokenizer.</exception>
    private static IReadOnlyDictionary<string, byte[]> RequireKnown(string source, IReadOnlyDictionary<string, byte[]> contents) =>
        contents.Keys.FirstOrDefault(name => !Names.Contains(name, StringComparer.Ordinal)) is { } unknown
            ? throw new InvalidDataException(
                $"The tokenizer of '{source}' has a file '{unknown}'; expected are some of {string.Join(", ", Names)}.")
            : contents;
}
