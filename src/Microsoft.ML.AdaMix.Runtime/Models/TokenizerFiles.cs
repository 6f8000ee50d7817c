namespace Microsoft.ML.AdaMix.Models;

/// <summary>
/// The files of a Hugging Face tokenizer as bytes, by file name: any of <c>vocab.json</c>, <c>merges.txt</c>, <c>vocab.txt</c>,
/// <c>tokenizer.json</c>, <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>. They travel inside a saved model.
/// </summary>
/// <param name="Source">What errors call them: the folder, or the package.</param>
/// <param name="Contents">File name to content.</param>
internal sealed record TokenizerFiles(string Source, IReadOnlyDictionary<string, byte[]> Contents)
{
    public static readonly string[] Names =
        ["vocab.json", "merges.txt", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
            "added_tokens.json"];
}
