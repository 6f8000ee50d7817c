using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Tokenizers;
using RustTokenizer = Tokenizers.DotNet.Tokenizer;

namespace Microsoft.ML.AdaMix.Benchmarks.Tokenizing;

/// <summary>Other libraries' tokenizers of the same files.</summary>
internal sealed class Rivals : IDisposable
{
    private readonly RustTokenizer? _rust;

    /// <param name="json">Path of a tokenizer.json.</param>
    /// <param name="files">The files.</param>
    public Rivals(string json, TokenizerFiles files)
    {
        try
        {
            _rust = new RustTokenizer(vocabPath: json);
            Rust = _rust.Encode;
        }
        catch (DllNotFoundException)
        {
            // Its native library is not there for this platform.
        }

        Microsoft = OfMicrosoft(files);
    }

    /// <summary>Ids by Hugging Face's library; null where it is not there.</summary>
    public Func<string, uint[]>? Rust { get; }

    /// <summary>Ids by Microsoft.ML.Tokenizers; null where it cannot read the files.</summary>
    public Func<string, IReadOnlyList<int>>? Microsoft { get; }

    public void Dispose() => (_rust as IDisposable)?.Dispose();

    private static Func<string, IReadOnlyList<int>>? OfMicrosoft(TokenizerFiles files)
    {
        Stream File(string name) => new MemoryStream(files.Contents[name]);
        bool Has(string name) => files.Contents.ContainsKey(name);
        Tokenizer? tokenizer = Has("vocab.txt") ? BertTokenizer.Create(File("vocab.txt"))
            : Has("merges.txt") ? BpeTokenizer.Create(new BpeOptions(
                JsonSerializer.Deserialize<Dictionary<string, int>>(files.Contents["vocab.json"])!)
            {
                Merges = Encoding.UTF8.GetString(files.Contents["merges.txt"]).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..],
                ByteLevel = true,
                PreTokenizer = RobertaPreTokenizer.Instance,
            })
            : Has("sentencepiece.bpe.model") ? SentencePieceTokenizer.Create(File("sentencepiece.bpe.model"), true, true)
            : null; // it throws on opening ALBERT's model
        return tokenizer is null ? null : text => tokenizer.EncodeToIds(text);
    }
}
