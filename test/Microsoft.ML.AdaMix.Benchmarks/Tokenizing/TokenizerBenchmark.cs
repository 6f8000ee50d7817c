using Microsoft.ML.AdaMix.Benchmarks.Serving;
using Microsoft.ML.AdaMix.Export;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Benchmarks.Tokenizing;

/// <summary>
/// Texts to ids on one thread: this library, Hugging Face's Rust library (Tokenizers.DotNet) and Microsoft.ML.Tokenizers, in turn and from
/// the same files.
/// </summary>
internal static class TokenizerBenchmark
{
    private const int MostCharacters = 512;

    /// <summary>Kinds of which the files are there: roberta-mini's own, a real WordPiece, and the reference's small Unigrams.</summary>
    public static IEnumerable<TokenizerFigures> Measure(Texts texts, int rounds)
    {
        yield return Measure("roberta-mini (BPE)", PretrainedEncoder.RobertaMini.Load().Tokenizer, EncoderFamily.Roberta, texts, rounds);
        string shared = Path.Combine(Repository.SharedData, "..");
        (string Name, string Folder, EncoderFamily Family)[] kinds =
        [
            ("BERT (WordPiece)", Path.Combine(shared, "models", "minilm-l6"), EncoderFamily.Bert),
            ("XLM-R (Unigram)", Path.Combine(shared, "golden", "tokenizers-general", "xlm-roberta"), EncoderFamily.Roberta),
            ("ALBERT (Unigram)", Path.Combine(shared, "golden", "tokenizers-general", "albert"), EncoderFamily.Albert),
        ];
        foreach ((string name, string folder, EncoderFamily family) in kinds.Where(kind => Directory.Exists(kind.Folder)))
        {
            TokenizerFiles files = new(folder, TokenizerFiles.Names.Where(file => File.Exists(Path.Combine(folder, file)))
                .ToDictionary(file => file, file => File.ReadAllBytes(Path.Combine(folder, file)), StringComparer.Ordinal));
            yield return Measure(name, files, family, texts, rounds);
        }
    }

    private static TokenizerFigures Measure(string name, TokenizerFiles files, EncoderFamily family, Texts texts, int rounds)
    {
        string[] sentences = [.. texts.Sentences.Where(text => text.Length <= MostCharacters)];
        FramedTokenizer own = TextTokenizer.CreateFramed(files, family, specialTokensInText: true);
        LoadedEncoder encoder = PretrainedEncoder.RobertaMini.Load();
        TunedModel model = ServingModels.Plain(encoder with { Config = encoder.Config with { Family = family }, Tokenizer = files });
        string json = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(json, TokenizerExport.Files(
                model with { Input = model.Input with { SpecialTokensInText = true } })["tokenizer.json"]);
            using Rivals rivals = new(json, files);
            int tokens = 0;
            int different = 0;
            foreach (string text in sentences)
            {
                int[] ids = own.Encode(text, null, int.MaxValue).Ids;
                tokens += ids.Length;
                different += rivals.Rust is null || Array.ConvertAll(rivals.Rust(text), id => (int)id).AsSpan().SequenceEqual(ids) ? 0 : 1;
            }

            if (different > 0)
            {
                throw new InvalidOperationException($"{name}: {different} of {sentences.Length} texts have other ids in the Rust library.");
            }

            Action[] all =
            [
                () => Array.ForEach(sentences, text => own.Encode(text, null, int.MaxValue)),
                () => Array.ForEach(sentences, text => rivals.Rust?.Invoke(text)),
                () => Array.ForEach(sentences, text => rivals.Microsoft?.Invoke(text)),
            ];
            double[] seconds = Medians.Of(rounds, all);
            double Thousands(int index) => sentences.Length / seconds[index] / 1000;
            return new TokenizerFigures(
                name, own.VocabularySize, sentences.Length, (double)tokens / sentences.Length, Thousands(0),
                rivals.Rust is null ? double.NaN : Thousands(1), rivals.Microsoft is null ? double.NaN : Thousands(2));
        }
        finally
        {
            File.Delete(json);
        }
    }
}

/// <summary>Speed of one tokenizer; NaN where a rival is not there for the platform, or cannot read the files.</summary>
/// <param name="Tokenizer">Its kind.</param>
/// <param name="Vocabulary">Its size.</param>
/// <param name="Texts">How many.</param>
/// <param name="TokensPerText">Special tokens included.</param>
/// <param name="Own">Thousands of texts a second, this library.</param>
/// <param name="Rust">Likewise, Hugging Face's.</param>
/// <param name="Microsoft">Likewise, Microsoft.ML.Tokenizers.</param>
internal sealed record TokenizerFigures(
    string Tokenizer, int Vocabulary, int Texts, double TokensPerText, double Own, double Rust, double Microsoft);
