using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Trainers;
using Microsoft.ML.AdaMix.Training.Tasks;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

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

    [TestMethod]
    [DataRow(0.22, 100)]
    [DataRow(0.22, 49, "had 49 validation rows to fit a temperature on, where 50 or more are wanted")]
    [DataRow(0.05, 100, "stopped at the temperature 0.05, the lowest that is tried")]
    [DataRow(20.0, 100, "stopped at the temperature 20, the highest that is tried")]
    public void A_temperature_is_told_with_rows_and_losses_and_doubted_where_rows_are_few_or_the_search_stopped(
        double temperature, int rows, params string[] warnings)
    {
        List<string> said = [];
        _ml.Log += (_, log) => said.Add(log.RawMessage);
        using (IChannel channel = ((IHostEnvironment)_ml).Start("test"))
        {
            said.Clear(); // that it begins
            new TrainingLog(channel, "accuracy", null).Calibrated(
                new FittedTemperature(temperature, rows, LossBefore: 1.742, LossAfter: 1.3111));
            Assert.AreEqual(
                FormattableString.Invariant(
                    $"Calibrated with temperature {temperature} on {rows} validation rows (log loss 1.311 nats, before 1.742)."),
                said[0]);
            Assert.HasCount(warnings.Length, said[1..]);
            foreach ((string expected, string found) in warnings.Zip(said[1..]))
            {
                Assert.StartsWith($"CalibrateProbabilities {expected}", found);
            }
        }
    }

    [TestMethod]
    public void The_losses_told_are_those_of_the_rows_without_and_with_the_temperature()
    {
        TokenTable ids = new(vocabularySize: 10);
        for (int row = 0; row < 4; row++)
        {
            ids.Add(new TokenIds([row], 0));
        }

        float[] logits = [3, 0, 0, 3, 3, 0, 0, 3];
        FittedTemperature fitted = Temperature.Fit(TextTask.Multiclass, logits, new TrainingRows(ids, [0, 1, 0, 0], null));
        Assert.AreEqual(3 / Math.Log(3), fitted.Value, 1e-6); // 3 of 4 rows are right, whose odds are 3
        Assert.AreEqual(Math.Log(1 + Math.Exp(-3)) + 0.75, fitted.LossBefore, 1e-6);
        Assert.AreEqual(Math.Log(4) - (0.75 * Math.Log(3)), fitted.LossAfter, 1e-6);
        Assert.AreEqual(4, fitted.Rows);
        Assert.AreEqual(
            fitted.LossAfter,
            Temperature.Fit(TextTask.MultiLabel, [3, -3, 3, -3], new TrainingRows(ids, [1, 0, 1, 1], null)).LossAfter, 1e-6);
    }

    [TestMethod]
    public void Validation_rows_that_are_training_rows_are_warned_of()
    {
        List<string> warnings = [];
        _ml.Log += (_, log) => warnings.Add(log.RawMessage);
        TokenTable Ids(params int[] texts)
        {
            TokenTable table = new(vocabularySize: 10);
            Array.ForEach(texts, text => table.Add(new TokenIds([0, text, 2], 0)));
            return table;
        }

        using IChannel channel = ((IHostEnvironment)_ml).Start("test");
        warnings.Clear();
        DataCheck.CheckSeen(Ids(3, 4, 5, 6), Ids(7, 8, 9, 3), channel);
        Assert.IsEmpty(warnings); // texts repeat
        DataCheck.CheckSeen(Ids(3, 4, 5, 6), Ids(7, 8, 5, 3), channel);
        Assert.StartsWith("The texts of 2 of 4 validation rows are those of training rows", warnings.Single());
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
