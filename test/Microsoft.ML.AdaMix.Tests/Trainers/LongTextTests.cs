using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Trainings on texts that are read in windows.</summary>
[TestClass]
public sealed class LongTextTests
{
    private static readonly AdaMixOptions Quick = Rows.Tiny() with
    {
        MaxLength = 24,
        BatchSize = 8,
        LongTexts = new WindowOptions { Stride = 3 },
    };

    public static IEnumerable<object[]> Combinations => Enum.GetValues<WindowCombination>().Select(how => (object[])[how]);

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void Training_where_all_texts_fit_gives_the_bits_of_a_training_without_windows(WindowCombination how)
    {
        AdaMixOptions plain = Quick with { MaxLength = 38, LongTexts = null };
        Row[] rows = [.. Long(16).Select(row => new Row { Label = row.Label, Text = row.Text![..30] })];
        AssertSame(Scores(Fit(plain, rows), rows), Scores(Fit(plain with { LongTexts = new WindowOptions { Combine = how } }, rows), rows));
    }

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void Libtorch_and_onnx_give_the_same_of_windows_and_files_keep_how(WindowCombination how)
    {
        MLContext ml = new(1);
        Row[] rows = Long(10);
        AdaMixOptions options = Quick with
        {
            LongTexts = new WindowOptions { Stride = 3, Combine = how, MaxWindows = 6 },
            Mixture = new MixtureOptions { Experts = 1 },
            Epochs = 2,
        };
        IDataView data = Keyed(ml, rows);
        using TrainedMixture mixture = ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(data);
        using AdaMixTransformer merged = mixture.Merge();
        float[][] expected = [.. merged.Transform(data).GetColumn<float[]>("Score")];
        using AdaMixTransformer torch = mixture.RandomRoutes(ExpertRouting.Batch, 1); // with one expert there is one route
        AssertClose(expected, [.. torch.Transform(data).GetColumn<float[]>("Score")], 1e-4f);
        using AdaMixTransformer ensemble = mixture.Ensemble(2, 1);
        AssertClose(expected, [.. ensemble.Transform(data).GetColumn<float[]>("Score")], 1e-5f);

        using TemporaryFolder folder = new();
        mixture.Save(folder.At("mixture.safetensors"));
        using TrainedMixture again = TrainedMixture.Load(ml, folder.At("mixture.safetensors"), Rows.TinyEncoder);
        AssertClose(expected, [.. again.Merge().Transform(data).GetColumn<float[]>("Score")], 1e-6f);
        ml.Model.SaveDelta(merged, data.Schema, folder.At("delta.zip"), DeltaPrecision.Exact);
        ITransformer delta = ml.Model.LoadDelta(folder.At("delta.zip"), Rows.TinyEncoder, out _);
        AssertClose(expected, [.. delta.Transform(data).GetColumn<float[]>("Score")], 1e-6f);
        merged.ExportOnnx(folder.At("onnx"));
        string config = File.ReadAllText(Path.Combine(folder.At("onnx"), "config.json"));
        Assert.Contains("\"stride\": 3", config);
        Assert.Contains("\"max_windows\": 6", config);
    }

    [TestMethod]
    public void A_training_with_validation_is_repeatable_and_goes_on_from_a_checkpoint_bit_for_bit()
    {
        Row[] rows = Long(16);
        AdaMixOptions options = Quick with { Epochs = 2, ValidationFraction = 0.2 };
        float[][] expected = Scores(Fit(options, rows), rows);
        AssertSame(expected, Scores(Fit(options, rows), rows));
        using TemporaryFolder folder = new();
        CheckpointOptions checkpoints = new() { Folder = folder.Path, Steps = 1, Keep = 100 };
        Fit(options with { Checkpoints = checkpoints }, rows);
        string first = CheckpointFolder.List(folder.Path)[^1];
        using TemporaryFolder other = new();
        File.Copy(first, other.At(Path.GetFileName(first)));
        AdaMixOptions resumed = options with { Checkpoints = checkpoints with { Folder = other.Path } };
        AssertSame(expected, Scores(Fit(resumed, rows), rows));
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => Fit(resumed with { LongTexts = new WindowOptions { Stride = 2, Combine = WindowCombination.MaxLogits } }, rows));
        Assert.Contains("LongTexts.Stride is 3 there and 2 now", error.Message);
        Assert.Contains("LongTexts.Combine is mean-logits there and max-logits now", error.Message);
        error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(resumed with { LongTexts = null }, rows));
        Assert.Contains("LongTexts.Combine is mean-logits there and none now", error.Message);
        Assert.DoesNotContain("LongTexts.Stride", error.Message);
    }

    [TestMethod]
    [DataRow("pairs")]
    [DataRow("binary")]
    [DataRow("regression")]
    [DataRow("labels")]
    public void Every_task_trains_and_predicts_in_windows(string task)
    {
        MLContext ml = new(1);
        Row[] rows = Long(8);
        IDataView data = ml.Data.LoadFromEnumerable(rows.Select((row, i) => new TaskRow
        {
            Text = row.Text!,
            Text2 = string.Join(' ', row.Text!.Split(' ').Reverse().Take(1 + (i * 5))),
            Yes = i % 2 == 0,
            Number = i,
            Labels = [i % 2 == 0, i % 3 == 0],
        }));
        AdaMixOptions options = Quick with
        {
            LogitsColumnName = "Logits",
            LabelColumnName = task switch { "regression" => "Number", "labels" => "Labels", _ => "Yes" },
            SecondTextColumnName = task == "pairs" ? "Text2" : null,
        };
        using AdaMixTransformer model = task switch
        {
            "regression" => ml.Regression.Trainers.AdaMix(options).Fit(data),
            "labels" => ml.MultiLabelClassification.Trainers.AdaMix(options).Fit(data),
            _ => ml.BinaryClassification.Trainers.AdaMix(options).Fit(data),
        };
        float[][] logits = [.. model.Transform(data).GetColumn<float[]>("Logits")];
        Assert.HasCount(8, logits);
        Assert.IsTrue(logits.All(row => Array.TrueForAll(row, float.IsFinite)));
        Assert.AreEqual(new Models.TextWindows(3, WindowCombination.MeanLogits, 16), model.Model.Tuned.Input.Windows);
    }

    [TestMethod]
    public void Texts_that_are_longer_than_all_windows_are_told_with_the_option_that_reads_more()
    {
        List<string> heard = [];
        Fit(Quick with { LongTexts = new WindowOptions { Stride = 3, MaxWindows = 2 } }, Long(6), heard);
        Assert.IsTrue(
            heard.Exists(line => line.StartsWith("Of the training rows, 6 of 6 texts are longer than 2 windows of 24 tokens; about ",
                StringComparison.Ordinal) && line.EndsWith("A LongTexts.MaxWindows of more than 2 reads more of them and takes longer.",
                StringComparison.Ordinal)),
            string.Join('\n', heard));
        heard.Clear();
        Fit(Quick with { LongTexts = null }, Long(6), heard);
        Assert.IsTrue(
            heard.Exists(line => line.Contains(
                "; LongTexts reads them in windows, up to LongTexts.MaxWindows of a text.", StringComparison.Ordinal)),
            string.Join('\n', heard));
        heard.Clear();
        Fit(Quick with { MaxLength = 600, LongTexts = null }, Long(6), heard);
        Assert.IsTrue(
            heard.Exists(line => line.EndsWith("38 is taken. LongTexts reads longer texts in windows.", StringComparison.Ordinal)),
            string.Join('\n', heard));
    }

    [TestMethod]
    [DataRow(32, "LongTexts.MaxWindows")]
    [DataRow(2, "and takes longer. Of a pair's shorter text a MaxLength")]
    public void Pairs_of_two_long_texts_are_told_apart_from_texts_beyond_all_windows(int most, string remedy)
    {
        List<string> heard = [];
        MLContext ml = new(1);
        ml.Log += (_, entry) => heard.Add(entry.RawMessage);
        Row[] rows = [.. Long(4).Select(row => new Row { Label = row.Label, Text = row.Text, Text2 = row.Text![..30] })];
        IDataView data = Keyed(ml, rows);
        AdaMixOptions options = Quick with
        {
            SecondTextColumnName = "Text2",
            LongTexts = new WindowOptions { Stride = 3, MaxWindows = most },
        };
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        CutTexts cut = model.CountCutTexts(data);
        int beyond = most == 2 ? 4 : 0;
        Assert.AreEqual((4, 4, beyond), (cut.Cut, cut.HalvedPairs, cut.BeyondWindows), $"{cut}");
        string told = heard.First(line => line.StartsWith("Of the training rows, ", StringComparison.Ordinal));
        Assert.Contains($"{cut}", told);
        Assert.Contains(
            "4 of 4 pairs have two texts longer than half a window of 24 tokens, the shorter of which is cut to that half; about ", told);
        Assert.Contains("Of a pair's shorter text a MaxLength of more than 24, up to 38, reads more.", told);
        Assert.AreEqual(most == 2, told.Contains(remedy, StringComparison.Ordinal), told);
    }

    [TestMethod]
    public void A_training_that_starts_from_a_model_with_windows_says_that_it_cuts_texts()
    {
        using TemporaryFolder folder = new();
        MLContext ml = new(1);
        Row[] rows = Long(4);
        string file = folder.At("model.zip");
        ml.Model.Save(Fit(Quick, rows), ml.Data.LoadFromEnumerable(rows).Schema, file);
        List<string> heard = [];
        ml.Log += (_, entry) => heard.Add(entry.RawMessage);
        const string Told = "; it reads long texts in windows, and this training cuts them (LongTexts is not set)";
        foreach (WindowOptions? windows in (WindowOptions?[])[null, new()])
        {
            heard.Clear();
            ml.MulticlassClassification.Trainers.AdaMix(Quick with { StartFrom = file, LongTexts = windows }).Fit(Keyed(ml, rows));
            Assert.AreEqual(windows is null, heard.Exists(line => line.Contains(Told, StringComparison.Ordinal)), string.Join('\n', heard));
        }
    }

    [TestMethod]
    public void A_stride_as_long_as_a_window_is_refused_with_the_longest_that_is_possible()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => Fit(Quick with { LongTexts = new WindowOptions { Stride = 22 } }, Long(4)));
        Assert.StartsWith("LongTexts.Stride is 22; expected are 0 to 21, since a window of MaxLength 24 has 22 tokens", error.Message);
        MLContext ml = new(1);
        error = Assert.ThrowsExactly<ArgumentException>(() => ml.MulticlassClassification.Trainers.AdaMix(
            Quick with { SecondTextColumnName = "Text2", LongTexts = new WindowOptions { Stride = 10 } }).Fit(Keyed(ml, Long(4))));
        Assert.StartsWith("LongTexts.Stride is 10; expected are 0 to 9, since", error.Message);
    }

    [TestMethod]
    public void A_template_and_values_out_of_range_are_refused_by_name()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => Fit(
            Quick with
            {
                Template = new PromptTemplate(),
                LongTexts = new WindowOptions { Stride = -1, MaxWindows = 0, Combine = (WindowCombination)9 },
            }, Long(4)));
        Assert.Contains("LongTexts is 9; expected none with Template, whose mask stands once in a text.", error.Message);
        Assert.Contains("LongTexts.Stride is -1; expected", error.Message);
        Assert.Contains("LongTexts.MaxWindows is 0; expected 1 to 1024", error.Message);
        Assert.Contains("LongTexts.Combine is 9; expected", error.Message);
    }

    // Each text is as long as several windows.
    private static Row[] Long(int count) =>
        [.. Rows.Topics("train.tsv", 4 * count, "animal", "food").Chunk(4).Select((parts, row) => new Row
        {
            Label = row % 2 == 0 ? "animal" : "food",
            Text = string.Join(" ", parts.Select(part => part.Text))[..(90 + (row % 5 * 10))],
            Text2 = parts[0].Text,
        })];

    private static ITransformer Fit(AdaMixOptions options, Row[] rows, List<string>? heard = null)
    {
        MLContext ml = new(1);
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
            {
                heard?.Add(entry.RawMessage);
            }
        };
        return Rows.Pipeline(ml, options).Fit(ml.Data.LoadFromEnumerable(rows));
    }

    private static IDataView Keyed(MLContext ml, Row[] rows)
    {
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private static float[][] Scores(ITransformer model, Row[] rows) =>
        [.. model.Transform(new MLContext().Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score")];

    private static void AssertSame(float[][] expected, float[][] found) => AssertClose(expected, found, 0);

    private static void AssertClose(float[][] expected, float[][] found, float tolerance)
    {
        Assert.HasCount(expected.Length, found);
        for (int row = 0; row < expected.Length; row++)
        {
            Golden.AssertClose(expected[row], found[row], tolerance, $"row {row}");
        }
    }

    private sealed class TaskRow
    {
        public string Text { get; set; } = string.Empty;

        public string Text2 { get; set; } = string.Empty;

        public bool Yes { get; set; }

        public float Number { get; set; }

        [VectorType(2)]
        public bool[] Labels { get; set; } = [];
    }
}
