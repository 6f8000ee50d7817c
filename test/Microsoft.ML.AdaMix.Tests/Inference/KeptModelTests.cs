using System.Globalization;
using System.Text.Json;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>Files that earlier versions wrote, in <c>test/models</c>: they answer as they did then.</summary>
[TestClass]
public sealed class KeptModelTests
{
    private const float Tolerance = 1e-5f;
    private const float AfterTraining = 5e-4f; // steps make more of a processor's last bits

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
        ITransformer model = kept.Training is null ? Kinds[name.Split('-')[0]](ml, path, encoder) : GoOn(ml, path, encoder, kept);
        float tolerance = kept.Training is null ? Tolerance : AfterTraining;
        using PredictionEngine<Asked, Answer> engine = ml.Model.CreatePredictionEngine<Asked, Answer>(model);

        Assert.IsGreaterThan(10 * tolerance, kept.Scores.Max(scores => scores[0]) - kept.Scores.Min(scores => scores[0]));
        for (int row = 0; row < kept.Texts.Length; row++)
        {
            float[] scores = engine.Predict(new Asked { Text = kept.Texts[row] }).Score;
            Golden.AssertClose(kept.Scores[row], scores, tolerance, $"'{kept.Texts[row]}'");
        }
    }

    [TestMethod]
    public void Of_each_kind_there_is_a_file_in_its_present_format()
    {
        string format = "0x" + ModelFormat.Current.ToString("x8", CultureInfo.InvariantCulture);
        string mixture = MixtureManifest.CurrentVersion.ToString(CultureInfo.InvariantCulture);
        string checkpoint = CheckpointManifest.CurrentVersion.ToString(CultureInfo.InvariantCulture);
        foreach (string name in (string[])[$"model-{format}", $"delta-{format}", $"mixture-{mixture}", $"checkpoint-{checkpoint}"])
        {
            Assert.IsTrue(
                File.Exists(Path.Combine(Folder, name + ".json")),
                $"test/models has no '{name}'; its README says how to write one and keep it.");
        }
    }

    // A checkpoint of a training: the training comes to its end.
    private static AdaMixTransformer GoOn(MLContext ml, string path, PretrainedEncoder encoder, Kept kept)
    {
        using TemporaryFolder folder = new();
        File.Copy(path, folder.At("checkpoint-000000001.safetensors"));
        IDataView rows = ml.Data.LoadFromEnumerable(kept.Training!);
        IDataView labelled = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        AdaMixOptions options = kept.Options! with
        {
            Encoder = encoder,
            Checkpoints = new CheckpointOptions { Folder = folder.Path },
            Mixture = kept.Options!.Mixture! with { Supervision = SupervisedPasses.First, MergedSteps = 0 }, // it had none of these
            HeadStart = HeadStart.Random,
        };
        List<TrainingProgress> reports = [];
        AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(options, null, new ProgressRecorder(reports), default)
            .Fit(labelled);
        Assert.AreEqual(1, reports[0].Step, "it goes on after its first step");
        return model;
    }

    private sealed record Kept(string[] Texts, float[][] Scores)
    {
        public Asked[]? Training { get; init; }

        public AdaMixOptions? Options { get; init; }
    }

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
