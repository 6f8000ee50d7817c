using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>Real sentences as token ids: SST-2's where they lie beside the working copy, otherwise the quickstart's.</summary>
internal sealed record Texts(string Source, string[] Sentences)
{
    private const int MaxLength = 128;

    public static Texts Load()
    {
        string sst2 = Path.Combine(Repository.SharedData, "sst2", "train.tsv");
        string own = Path.Combine(Repository.Root, "samples", "Quickstart", "data", "train.tsv");
        string path = File.Exists(sst2) ? sst2 : own;
        return new Texts(path == sst2 ? "sst2" : "wordnet-topics", [.. File.ReadLines(path).Skip(1).Select(line => line.Split('\t')[1])]);
    }

    public TokenIds[] Encode(LoadedEncoder encoder, int count)
    {
        ITextTokenizer tokenizer = TextTokenizer.Create(encoder.Tokenizer, encoder.Config.Family, specialTokensInText: false);
        return [.. Sentences.Take(count).Select(sentence => tokenizer.Encode(sentence, null, MaxLength))];
    }
}
