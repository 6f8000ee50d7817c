using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>A row of the tests' views.</summary>
internal sealed class TextRow
{
    public string? Text { get; set; }

    public string? Second { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;

    public int Number { get; set; }
}

/// <summary>What an engine gives back.</summary>
internal sealed class TextScore
{
    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];
}

/// <summary>Small random classifiers with a tokenizer whose tokens are single bytes, and texts for them.</summary>
internal static class Classifiers
{
    public static readonly string[] Names = ["animal", "food", "person"];

    public static readonly ScoringColumns Columns = new("Text", null, "PredictedLabel", "Score", "Probability", null, null);

    public static readonly ScoringColumns AllColumns = Columns with { Logits = "Logits", Embedding = "Embedding" };

    public static ServedModel Model(LabelKeys? labels = null, ScoringColumns? columns = null, int encoderSeed = 1, int headSeed = 2)
    {
        LabelKeys keys = labels ?? LabelKeys.Restore(Names.Length, "text", Names);
        EncoderConfig config = TestModels.Config(EncoderFamily.Roberta) with { VocabularySize = 261 };
        LoadedEncoder encoder = TestModels.Encoder(config, encoderSeed) with { Tokenizer = ByteTokenizer() };
        TunedModel merged = TestModels.Model(encoder, headSeed, keys.Count);

        // Undecided between the classes at some row, so that other rows fall into several.
        float[] logits = TestModels.Score(merged, TestModels.Rows(config, 12));
        float[] bias = [.. merged.Head.OutputBias.Values.ToArray().Zip(logits, (value, logit) => value - logit)];
        return new ServedModel(merged with { Head = merged.Head with { OutputBias = HostTensor.From([keys.Count], bias) } },
            TextTask.Multiclass, keys, columns ?? Columns);
    }

    public static AdaMixTransformer Transformer(ServedModel? model = null) => new(new MLContext(seed: 1), model ?? Model());

    /// <summary>Rows of differing lengths, some longer than the model reads.</summary>
    public static TextRow[] Rows(int count, int seed = 5)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(number => new TextRow
        {
            Text = Letters(random, random.Next(0, 45)),
            Second = Letters(random, random.Next(0, 12)),
            Label = Names[random.Next(Names.Length)],
            Number = number,
        })];
    }

    public static float[][] Scores(ITransformer model, IEnumerable<TextRow> rows) =>
        Scores(model.Transform(new MLContext().Data.LoadFromEnumerable(rows)));

    public static float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];

    public static void AreEqual(float[][] expected, float[][] found) => AreClose(expected, found, 0);

    public static void AreClose(float[][] expected, float[][] found, float tolerance)
    {
        Assert.HasCount(expected.Length, found);
        for (int row = 0; row < expected.Length; row++)
        {
            TestModels.AreClose(expected[row], found[row], tolerance);
        }
    }

    private static string Letters(Random random, int length) => string.Create(length, random, (text, source) =>
    {
        foreach (ref char letter in text)
        {
            letter = "abc dé,漢Z"[source.Next(9)];
        }
    });

    private static TokenizerFiles ByteTokenizer()
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal) { ["<s>"] = 0, ["<pad>"] = 1, ["</s>"] = 2, ["<unk>"] = 3 };
        int hidden = 0;
        for (int value = 0; value < 256; value++)
        {
            // GPT-2 writes a byte as itself where that is printable, otherwise as a character from 256 on.
            bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            ids.Add(((char)(printable ? value : 256 + hidden++)).ToString(CultureInfo.InvariantCulture), ids.Count);
        }

        ids.Add("<mask>", ids.Count);
        return new TokenizerFiles("bytes", new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["vocab.json"] = JsonSerializer.SerializeToUtf8Bytes(ids),
            ["merges.txt"] = Encoding.UTF8.GetBytes("#version: 0.2\n"),
        });
    }
}
