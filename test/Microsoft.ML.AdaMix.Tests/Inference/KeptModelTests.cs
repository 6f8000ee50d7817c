using System.Globalization;
using System.Text.Json;
using Microsoft.ML.AdaMix.ModelFiles;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>Files that earlier versions wrote, in <c>test/models</c>: they answer as they did then.</summary>
[TestClass]
public sealed class KeptModelTests
{
    private const float Tolerance = 1e-5f;

    private static readonly string Folder = Path.Combine(Reference.Repository, "test", "models");

    // What loads a kind.
    private static readonly Dictionary<string, Func<MLContext, string, PretrainedEncoder, ITransformer>> Kinds = new(StringComparer.Ordinal)
    {
        ["model"] = (ml, path, encoder) => ml.Model.Load(path, out _),
        ["delta"] = (ml, path, encoder) => ml.Model.LoadDelta(path, encoder, out _),
        ["mixture"] = (ml, path, encoder) =>
        {
            using TrainedMixture mixture = TrainedMixture.Load(ml, path, encoder);
            return mixture.Merge();
        },
    };

    public static IEnumerable<object[]> Files => Directory.GetFiles(Folder, "*.json")
        .Select(file => (object[])[Path.GetFileNameWithoutExtension(file)]);

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void A_file_of_an_earlier_version_answers_as_it_did(string name)
    {
        Kept kept = JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(Path.Combine(Folder, name + ".json")))!;
        string path = Directory.GetFiles(Folder, name + ".*").Single(file => !file.EndsWith(".json", StringComparison.Ordinal));
        MLContext ml = new(1);
        PretrainedEncoder encoder = PretrainedEncoder.FromFolder(Path.Combine(Folder, "encoder"));
        ITransformer model = Kinds[name.Split('-')[0]](ml, path, encoder);
        using PredictionEngine<Asked, Answer> engine = ml.Model.CreatePredictionEngine<Asked, Answer>(model);

        Assert.IsGreaterThan(10 * Tolerance, kept.Scores.Max(scores => scores[0]) - kept.Scores.Min(scores => scores[0]));
        for (int row = 0; row < kept.Texts.Length; row++)
        {
            float[] scores = engine.Predict(new Asked { Text = kept.Texts[row] }).Score;
            Golden.AssertClose(kept.Scores[row], scores, Tolerance, $"'{kept.Texts[row]}'");
        }
    }

    [TestMethod]
    public void Of_each_kind_there_is_a_file_in_its_present_format()
    {
        string format = "0x" + ModelFormat.Current.ToString("x8", CultureInfo.InvariantCulture);
        string mixture = MixtureManifest.CurrentVersion.ToString(CultureInfo.InvariantCulture);
        foreach (string name in (string[])[$"model-{format}", $"delta-{format}", $"mixture-{mixture}"])
        {
            Assert.IsTrue(
                File.Exists(Path.Combine(Folder, name + ".json")),
                $"test/models has no '{name}'; its README says how to write one and keep it.");
        }
    }

    private sealed record Kept(string[] Texts, float[][] Scores);

    private sealed class Asked
    {
        public string Text { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }
}
