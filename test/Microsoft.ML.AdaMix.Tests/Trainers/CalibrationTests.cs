using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Models with a temperature, beside the same ones without.</summary>
[TestClass]
public sealed class CalibrationTests
{
    private static readonly AdaMixOptions Options = Rows.Quick() with { LogitsColumnName = "Logits" };

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Logits_are_divided_by_the_temperature_of_the_smallest_loss_on_the_validation_rows()
    {
        IDataView all = _ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 24));
        IDataView keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(all).Transform(all);
        using TrainedMixture plain = _ml.MulticlassClassification.Trainers.AdaMix(Options).FitMixture(keys, keys);
        using TrainedMixture calibrated = _ml.MulticlassClassification.Trainers.AdaMix(
            Options with { CalibrateProbabilities = true }).FitMixture(keys, keys);

        double temperature = calibrated.Training!.Temperature!.Value;
        float[] before = Logits(plain.Merge(), keys);
        Assert.IsNull(plain.Training!.Temperature);
        Assert.AreEqual(new ClassPredictions(before, Labels(keys)).FitTemperature(), temperature, 1e-2 * temperature);
        AssertDivided(before, Logits(calibrated.Merge(), keys), temperature);

        // Every way to predict with the mixture has it, also after it was saved.
        AssertDivided(Logits(plain.Route(1), keys), Logits(calibrated.Route(1), keys), temperature);
        using TemporaryFolder folder = new();
        calibrated.Save(folder.At("mixture"));
        using TrainedMixture loaded = TrainedMixture.Load(_ml, folder.At("mixture"), Options.Encoder);
        Assert.AreEqual(temperature, loaded.Training!.Temperature);
        AssertDivided(before, Logits(loaded.Merge(), keys), temperature);
    }

    [TestMethod]
    public void Thresholds_of_labels_go_with_the_temperature()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 24, "animal", "food").Select(row => new BoolsRow
        {
            Text = row.Text,
            Label = [row.Label == "animal", row.Text!.Length > 60],
        }));
        AdaMixTransformer plain = _ml.MultiLabelClassification.Trainers.AdaMix(Options).Fit(rows, rows);
        AdaMixTransformer calibrated = _ml.MultiLabelClassification.Trainers.AdaMix(
            Options with { CalibrateProbabilities = true }).Fit(rows, rows);

        Assert.AreNotEqual(1, calibrated.Training!.Temperature!.Value, 1e-3);
        AssertDivided(Logits(plain, rows), Logits(calibrated, rows), calibrated.Training.Temperature.Value);
        bool[][] expected = [.. plain.Transform(rows).GetColumn<bool[]>("PredictedLabel")];
        bool[][] actual = [.. calibrated.Transform(rows).GetColumn<bool[]>("PredictedLabel")];
        for (int row = 0; row < expected.Length; row++)
        {
            CollectionAssert.AreEqual(expected[row], actual[row]);
        }
    }

    [TestMethod]
    public void Too_few_rows_to_hold_any_out_train_without_a_temperature_and_a_warning_says_so()
    {
        List<string> warnings = [];
        _ml.Log += (_, log) => warnings.Add(log.Message);
        IDataView rows = _ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 2));
        IDataView keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        AdaMixTransformer model = _ml.MulticlassClassification.Trainers.AdaMix(
            Options with { CalibrateProbabilities = true, ValidationFraction = 0.1 }).Fit(keys);
        Assert.IsNull(model.Training!.Temperature);
        Assert.Contains("CalibrateProbabilities has no effect: no validation rows", string.Join('\n', warnings));
    }

    private static void AssertDivided(float[] before, float[] after, double temperature) => Testing.Golden.AssertClose(
        Array.ConvertAll(before, logit => (float)(logit / temperature)), after, 1e-4, "logits");

    private static float[] Logits(AdaMixTransformer model, IDataView rows) =>
        [.. model.Transform(rows).GetColumn<float[]>("Logits").SelectMany(logits => logits)];

    private static int[] Labels(IDataView rows) => [.. rows.GetColumn<uint>("Label").Select(key => (int)key - 1)];

    private sealed class BoolsRow
    {
        public string? Text { get; set; }

        [VectorType(2)]
        public bool[] Label { get; set; } = [];
    }
}
