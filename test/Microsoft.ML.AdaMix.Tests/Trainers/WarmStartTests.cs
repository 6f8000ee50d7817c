using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Training that starts from a saved model, delta or mixture file.</summary>
[TestClass]
public sealed class WarmStartTests
{
    // Steps too small to move a weight: the model is the one that was started from.
    private static AdaMixOptions Still(AdaMixOptions options, string file) => options with
    {
        StartFrom = file,
        Epochs = 1,
        LearningRate = 1e-30,
        WeightDecay = 0,
        Seed = 99,
    };

    [TestMethod]
    [DataRow("model")]
    [DataRow("delta")]
    [DataRow("mixture")]
    public void A_model_starts_as_the_one_in_the_file(string kind)
    {
        using TemporaryFolder folder = new();
        MLContext ml = new(1);
        IDataView data = Labelled(ml, "animal", "food");
        AdaMixOptions options = Rows.Tiny() with { Epochs = 2 };
        using TrainedMixture mixture = ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(data);
        using AdaMixTransformer trained = mixture.Merge();
        string file = Save(ml, folder, kind, mixture, trained, data);
        using TrainedMixture started = ml.MulticlassClassification.Trainers.AdaMix(Still(options, file)).FitMixture(data);
        using AdaMixTransformer merged = started.Merge();
        AssertNear(Scores(trained, data), Scores(merged, data), kind == "delta" ? 1e-3 : 1e-5);
        if (kind == "mixture")
        {
            using AdaMixTransformer expected = mixture.Expert(1);
            using AdaMixTransformer found = started.Expert(1);
            AssertNear(Scores(expected, data), Scores(found, data), 1e-5);
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void New_rows_and_new_classes_keep_what_is_known_of_the_old_ones()
    {
        using TemporaryFolder folder = new();
        MLContext ml = new(1);
        IDataView two = Labelled(ml, "animal", "food");
        AdaMixOptions options = Rows.Tiny() with { Epochs = 6 };
        using TrainedMixture mixture = ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(two);
        using AdaMixTransformer trained = mixture.Merge();
        string file = Save(ml, folder, "model", mixture, trained, two);
        IDataView three = Labelled(ml, "substance", "food", "animal"); // in another order, and one more
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.Message);
        using AdaMixTransformer started =
            ml.MulticlassClassification.Trainers.AdaMix(Still(options with { LogitsColumnName = "Logits" }, file)).Fit(three);
        StringAssert.Contains(
            string.Join('\n', said), "2 of 3 outputs of the head go on, 'substance' is new", StringComparison.Ordinal);
        float[][] old = [.. trained.Transform(two).GetColumn<float[]>("Score")];
        float[][] logits = [.. started.Transform(two).GetColumn<float[]>("Logits")];
        string[] names = Names(started, two);
        (int animal, int food) = (Array.IndexOf(names, "animal"), Array.IndexOf(names, "food"));
        string[] oldNames = Names(trained, two);
        for (int row = 0; row < old.Length; row++)
        {
            double odds = Math.Log(old[row][Array.IndexOf(oldNames, "animal")] / old[row][Array.IndexOf(oldNames, "food")]);
            Assert.AreEqual(odds, logits[row][animal] - logits[row][food], 1e-3, $"row {row}");
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Full_fine_tuning_goes_on_from_a_fully_tuned_encoder()
    {
        using TemporaryFolder folder = new();
        MLContext ml = new(1);
        IDataView data = Labelled(ml, 4, "animal", "food");
        AdaMixOptions options = Rows.Tiny() with { Method = new FullFineTuning(), Mixture = null, MaxLength = 16 };
        using TrainedMixture mixture = ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(data);
        using AdaMixTransformer trained = mixture.Merge();
        string file = Save(ml, folder, "model", mixture, trained, data);
        using AdaMixTransformer started = ml.MulticlassClassification.Trainers.AdaMix(Still(options, file)).Fit(data);
        AssertNear(Scores(trained, data), Scores(started, data), 1e-4);
    }

    [TestMethod]
    public void A_regression_starts_from_its_numbers_whatever_the_new_rows_scale_is()
    {
        using TemporaryFolder folder = new();
        MLContext ml = new(1);
        IDataView Numbers(int factor) => ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 24, "animal", "food").Select(
            row => new NumberRow { Text = row.Text, Label = (row.Text!.Length * factor) + 3 }));
        AdaMixOptions options = Rows.Tiny() with { Mixture = new MixtureOptions { Experts = 2 } };
        using AdaMixTransformer trained = ml.Regression.Trainers.AdaMix(options).Fit(Numbers(1));
        ml.Model.SaveAtomically(trained, Numbers(1).Schema, folder.At("m.zip"));
        using AdaMixTransformer started = ml.Regression.Trainers.AdaMix(Still(options, folder.At("m.zip"))).Fit(Numbers(10));
        float[] expected = [.. trained.Transform(Numbers(1)).GetColumn<float>("Score")];
        float[] found = [.. started.Transform(Numbers(1)).GetColumn<float>("Score")];
        for (int row = 0; row < expected.Length; row++)
        {
            Assert.AreEqual(expected[row], found[row], 0.02 * Math.Abs(expected[row]), $"row {row}");
        }
    }

    [TestMethod]
    public void Another_method_width_or_mixture_is_an_error_that_names_what_is_there_and_what_is_asked_for()
    {
        using TemporaryFolder folder = new();
        MLContext ml = new(1);
        IDataView data = Labelled(ml, "animal", "food");
        AdaMixOptions options = Rows.Tiny();
        using TrainedMixture mixture = ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(data);
        using AdaMixTransformer trained = mixture.Merge();
        string model = Save(ml, folder, "model", mixture, trained, data);
        string experts = Save(ml, folder, "mixture", mixture, trained, data);
        void Fails(AdaMixOptions given, params string[] said)
        {
            InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
                () => ml.MulticlassClassification.Trainers.AdaMix(given).Fit(data));
            foreach (string part in said)
            {
                StringAssert.Contains(error.Message, part, StringComparison.Ordinal);
            }
        }

        Fails(options with { StartFrom = model, Method = new LoraTuning() }, model, "Method is adapter there and lora now");
        Fails(options with { StartFrom = model, Method = new HeadOnlyTuning(), Mixture = null }, "Method is adapter there and head now");
        Fails(options with { StartFrom = model, Method = new FullFineTuning(), Mixture = null }, "Method is adapter there and full now");
        Fails(options with { StartFrom = model, Method = new AdapterTuning { Bottleneck = 4, Layers = 1..^0 } }, "Method.Layers is ");
        Fails(options with { StartFrom = model, Method = new AdapterTuning { Bottleneck = 5 } }, "Bottleneck is 4 there and 5 now");
        Fails(options with { StartFrom = experts, Mixture = new MixtureOptions { Experts = 3 } }, "2 experts", "3 experts");
        Assert.ThrowsExactly<FileNotFoundException>(() => ml.MulticlassClassification.Trainers.AdaMix(
            options with { StartFrom = folder.At("none.zip") }).Fit(data));
        Assert.ThrowsExactly<InvalidDataException>(() => ml.MulticlassClassification.Trainers.AdaMix(
            options with { StartFrom = folder.Write("other.zip", "PK is not enough") }).Fit(data));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => ml.MulticlassClassification.Trainers.AdaMix(
                options with { StartFrom = folder.Write("text", "root:x:0:0:root:/root:/bin/bash") }).Fit(data)).Message,
            "neither a zip nor a safetensors file", StringComparison.Ordinal);
    }

    private static IDataView Labelled(MLContext ml, params string[] classes) => Labelled(ml, 12, classes);

    private static IDataView Labelled(MLContext ml, int each, params string[] classes)
    {
        IDataView rows = ml.Data.LoadFromEnumerable(classes.SelectMany(name => Rows.Topics("train.tsv", each, name)));
        return ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    }

    private static string Save(
        MLContext ml, TemporaryFolder folder, string kind, TrainedMixture mixture, AdaMixTransformer model, IDataView data)
    {
        string path = folder.At(kind);
        switch (kind)
        {
            case "mixture": mixture.Save(path); break;
            case "delta": ml.Model.SaveDelta(model, data.Schema, path); break;
            default: ml.Model.SaveAtomically(model, data.Schema, path); break;
        }

        return path;
    }

    private static float[][] Scores(AdaMixTransformer model, IDataView data) => [.. model.Transform(data).GetColumn<float[]>("Score")];

    private static string[] Names(AdaMixTransformer model, IDataView data)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        model.Transform(data).Schema["Score"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static void AssertNear(float[][] expected, float[][] found, double tolerance)
    {
        for (int row = 0; row < expected.Length; row++)
        {
            for (int i = 0; i < expected[row].Length; i++)
            {
                Assert.AreEqual(expected[row][i], found[row][i], tolerance, $"row {row}");
            }
        }
    }

    private sealed class NumberRow
    {
        public string? Text { get; set; }

        public float Label { get; set; }
    }
}
