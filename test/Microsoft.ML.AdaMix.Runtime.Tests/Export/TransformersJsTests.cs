using System.Numerics.Tensors;
using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Tokenization;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Words;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>Exported folders as transformers.js reads them.</summary>
[TestClass]
public sealed class TransformersJsTests : IDisposable
{
    private const float Tolerance = 1e-4f;

    private static readonly string[] Texts = ["A small furry mammal, 42!", "dish </s> of [SEP] rice and   beans"];
    private static readonly string[] Seconds = ["It eats.", "Nobody knows"];

    // A family with a tokenizer of the reference, all its files or all but tokenizer.json.
    private static readonly (EncoderFamily Family, string? ModelType, string Tokenizer, bool HasJson)[] Known =
    [
        (EncoderFamily.Roberta, null, "roberta", true),
        (EncoderFamily.Roberta, null, "roberta", false),
        (EncoderFamily.Roberta, null, "roberta-added-tokens", true),
        (EncoderFamily.Roberta, "xlm-roberta", "xlm-roberta", true),
        (EncoderFamily.Roberta, "xlm-roberta", "xlm-roberta", false),
        (EncoderFamily.Roberta, "camembert", "camembert", true),
        (EncoderFamily.Roberta, null, "klue-roberta", true),
        (EncoderFamily.Bert, null, "bert-multilingual-cased", true),
        (EncoderFamily.Bert, null, "bert-vocab-txt-crlf-no-final-newline", false),
        (EncoderFamily.Bert, null, "bert-vocab-txt-duplicates-blank-lines", false),
        (EncoderFamily.DistilBert, null, "distilbert", true),
        (EncoderFamily.Electra, null, "electra-keep-accents", true),
        (EncoderFamily.MPNet, null, "mpnet", true),
        (EncoderFamily.Albert, null, "albert", true),
        (EncoderFamily.Albert, null, "albert", false),
        (EncoderFamily.DebertaV2, null, "deberta-v3", true),
        (EncoderFamily.DebertaV2, null, "deberta-v3", false),
        (EncoderFamily.ModernBert, null, "modernbert", true),
    ];

    // Of which the reference has the tokenizer.
    private static readonly (EncoderFamily Family, string? ModelType, string Tokenizer, bool HasJson)[] Kinds =
    [
        .. Known.Where(kind => GeneralGoldens.Folders.Any(folder => folder[0] == kind.Tokenizer))
            .DefaultIfEmpty((EncoderFamily.Bert, null, Golden.Missing, true)),
    ];

    private readonly TemporaryFolder _folder = new();

    [TestMethod]
    public void The_pipeline_gives_our_labels_scores_and_logits_for_two_texts_at_once_and_for_pairs()
    {
        AdaMixTransformer[] models = [.. Kinds.Select(kind => Transformer(Model(kind)))];
        object[] jobs = new object[models.Length];
        for (int i = 0; i < models.Length; i++)
        {
            string folder = Path.Combine(_folder.Path, $"model-{i}");
            models[i].ExportOnnx(folder);
            jobs[i] = new { folder, texts = Texts, pairs = Seconds };
        }

        JsonElement[] answers = TransformersJs.Run(jobs);

        for (int i = 0; i < models.Length; i++)
        {
            string kind = Kinds[i].ToString();
            Assert.IsFalse(answers[i].TryGetProperty("error", out JsonElement error), $"{kind}: {error}");
            float[][] logits = Logits(models[i], Texts, null);
            AreClose(logits, Rows(answers[i], "logits"), kind);
            AreClose([.. logits.Select(row => Probabilities(row).OrderDescending().ToArray())], Rows(answers[i], "scores"), kind);
            Assert.AreEqual(
                Classifiers.Names[Array.IndexOf(logits[0], logits[0].Max())], answers[i].GetProperty("labels")[0][0].GetString(), kind);
            AreClose(Logits(models[i], Texts, Seconds), Rows(answers[i], "pairLogits"), $"{kind}, pairs");
        }
    }

    [TestMethod]
    public void The_quantized_graph_is_found_where_a_browser_asks_for_it()
    {
        AdaMixTransformer model = Transformer(Model(Kinds[0])).WithServingPrecision(ServingPrecision.Int8);
        string folder = Path.Combine(_folder.Path, "int8");
        model.ExportOnnx(folder);

        JsonElement answer = TransformersJs.Run(new { folder, texts = Texts, dtype = "q8" })[0];

        Assert.IsFalse(answer.TryGetProperty("error", out JsonElement error), error.ToString());
        AreClose(Logits(model, Texts, null), Rows(answer, "logits"), "int8");
    }

    // Of other characters transformers.js has tables and rules of its own, a pair's empty second text is none to it.
    [TestMethod]
    public void Lines_of_the_reference_in_ASCII_get_our_ids()
    {
        (EncoderFamily Family, string? ModelType, string Tokenizer, bool HasJson)[] kinds =
            [.. Kinds.Where(kind => kind.Tokenizer != "roberta-added-tokens")]; // single_word is not looked at
        (string Text, string? Pair, string Ids)[][] lines = [.. kinds.Select(kind => Lines(kind).ToArray())];
        JsonElement[] answers = TransformersJs.Run([.. kinds.Zip(lines, (kind, own) => (object)new
        {
            folder = Tokenizer(kind),
            lines = own.Select(line => new { text = line.Text, pair = line.Pair }),
        })]);

        for (int i = 0; i < kinds.Length; i++)
        {
            Assert.IsFalse(answers[i].TryGetProperty("error", out JsonElement error), $"{kinds[i]}: {error}");
            JsonElement[] found = [.. answers[i].GetProperty("ids").EnumerateArray()];
            Assert.IsNotEmpty(found);
            for (int line = 0; line < found.Length; line++)
            {
                Assert.AreEqual(lines[i][line].Ids, found[line].GetRawText(), $"{kinds[i]}: {lines[i][line].Text}");
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<(string Text, string? Pair, string Ids)> Lines(
        (EncoderFamily Family, string? ModelType, string Tokenizer, bool HasJson) kind)
    {
        FramedTokenizer tokenizer = TextTokenizer.CreateFramed(
            Files(kind), kind.Family, specialTokensInText: true, modelType: kind.ModelType);
        return GeneralGoldens.Lines(GeneralGoldens.Path(kind.Tokenizer))
            .Where(line => line.MaxLength == int.MaxValue && Ascii.IsValid(line.Text) && line.Pair != "" && Ascii.IsValid(line.Pair))
            .Select(line => (
                line.Text, line.Pair, JsonSerializer.Serialize(tokenizer.EncodeTyped(line.Text, line.Pair, int.MaxValue).Ids)));
    }

    // The tokenizer's files of an export in whose texts special tokens are found.
    private string Tokenizer((EncoderFamily Family, string? ModelType, string Tokenizer, bool HasJson) kind)
    {
        TunedModel model = Model(kind).Tuned;
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, $"{kind.Tokenizer}-{kind.HasJson}")).FullName;
        foreach ((string name, byte[] content) in TokenizerExport.Files(
            model with { Input = model.Input with { SpecialTokensInText = true } }))
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        return folder;
    }

    private static TokenizerFiles Files((EncoderFamily Family, string? ModelType, string Tokenizer, bool HasJson) kind) =>
        GeneralGoldens.Files(GeneralGoldens.Path(kind.Tokenizer), name => kind.HasJson || name != "tokenizer.json");

    private static ServedModel Model((EncoderFamily Family, string? ModelType, string Tokenizer, bool HasJson) kind)
    {
        TokenizerFiles files = Files(kind);
        bool isUnigram = TokenizerReader.Read(files, kind.Family, kind.ModelType).Model is UnigramParts; // whose pieces specials are
        FramedTokenizer tokenizer = TextTokenizer.CreateFramed(files, kind.Family, false, modelType: kind.ModelType);
        EncoderConfig config = TestModels.Config(kind.Family) with
        {
            ModelType = kind.ModelType,
            VocabularySize = tokenizer.VocabularySize,
            PadTokenId = tokenizer.PadId,
            MaxPositions = 80,
        };
        TunedModel model = TestModels.Model(TestModels.Encoder(config) with { Tokenizer = files });
        return new ServedModel(
            model with { Input = model.Input with { SpecialTokensInText = isUnigram } }, TextTask.Multiclass,
            LabelKeys.Restore(3, "text", Classifiers.Names), Classifiers.AllColumns);
    }

    private static AdaMixTransformer Transformer(ServedModel model) => new(new MLContext(seed: 1), model);

    private static float[][] Logits(AdaMixTransformer model, string[] texts, string[]? seconds)
    {
        MLContext ml = new(seed: 1);
        ServedModel served = model.Model with
        {
            Columns = Classifiers.AllColumns with { SecondText = seconds is null ? null : "Second" },
        };
        IDataView rows = ml.Data.LoadFromEnumerable(
            texts.Select((text, row) => new TextRow { Text = text, Second = seconds?[row] ?? string.Empty }));
        return [.. Transformer(served).Transform(rows).GetColumn<float[]>("Logits")];
    }

    private static float[] Probabilities(float[] logits)
    {
        float[] probabilities = new float[logits.Length];
        TensorPrimitives.SoftMax(logits, probabilities);
        return probabilities;
    }

    private static float[][] Rows(JsonElement answer, string name) =>
        [.. answer.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray())];

    private static void AreClose(float[][] expected, float[][] found, string what)
    {
        Assert.HasCount(expected.Length, found, what);
        float largest = expected.Zip(found, (one, other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max()).Max();
        Assert.IsLessThan(Tolerance, largest, what);
    }
}
