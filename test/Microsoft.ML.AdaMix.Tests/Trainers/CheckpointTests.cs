using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Checkpoints as users of the trainer meet them.</summary>
[TestClass]
public sealed class CheckpointTests
{
    private static readonly AdaMixOptions Quick = Rows.Tiny() with { Epochs = 2, BatchSize = 8, ValidationFraction = 0.2 };

    [TestMethod]
    [DataRow("adapter")]
    [DataRow("frozen layers")]
    [DataRow("lora")]
    public void Fit_goes_on_from_the_newest_checkpoint_and_gives_the_scores_bit_for_bit(string kind)
    {
        AdaMixOptions options = kind switch
        {
            "frozen layers" => Quick with { Method = new AdapterTuning { Bottleneck = 4, Layers = 1..^0 }, FrozenDropout = false },
            "lora" => Quick with { Method = new LoraTuning { Rank = 2 } },
            _ => Quick,
        };
        float[][] expected = Scores(Fit(options));
        using TemporaryFolder folder = new();
        CheckpointOptions checkpoints = new() { Folder = folder.Path, Steps = 1, Keep = 100 };
        AssertSame(expected, Scores(Fit(options with { Checkpoints = checkpoints })), "with checkpoints");
        string[] written = [.. CheckpointFolder.List(folder.Path)];
        foreach (string checkpoint in (string[])[written[1], written[^2]])
        {
            using TemporaryFolder other = new();
            File.Copy(checkpoint, other.At(Path.GetFileName(checkpoint)));
            AssertSame(
                expected, Scores(Fit(options with { Checkpoints = checkpoints with { Folder = other.Path } })),
                Path.GetFileName(checkpoint));
        }
    }

    [TestMethod]
    public void Fit_after_the_last_step_gives_the_model_without_training()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Quick with { Checkpoints = new CheckpointOptions { Folder = folder.Path } };
        float[][] expected = Scores(Fit(options));
        List<TrainingProgress> reports = [];
        MLContext ml = new(1);
        ITransformer again = Rows.Pipeline(ml, options, progress: new Each(reports.Add)).Fit(Data(ml));
        AssertSame(expected, Scores(again), "again");
        Assert.HasCount(2, reports, "the epochs of before are reported, and nothing else");
        Assert.IsTrue(reports.All(report => report.EpochEnded && report.ValidationMetric is not null));
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "*.lock"));
    }

    [TestMethod]
    public void An_option_that_an_earlier_version_had_not_is_told_as_what_that_version_did()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Quick with { Checkpoints = new CheckpointOptions { Folder = folder.Path } };
        Fit(options with { HeadStart = HeadStart.Random });
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options));
        StringAssert.Contains(error.Message, "HeadStart is random there and discriminant now.", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Other_data_and_options_are_an_error_that_lists_the_differences()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Quick with { Checkpoints = new CheckpointOptions { Folder = folder.Path } };
        Fit(options);
        MLContext ml = new(1);
        IDataView other = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 19, "animal", "food"));
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(
            options with { Epochs = 3, Method = new AdapterTuning { Bottleneck = 5 }, Dropout = 0.2 }, other));
        foreach (string difference in (string[])
            ["Epochs is 2 there and 3 now", "Method.Bottleneck is 4 there and 5 now", "Dropout is the default there and 0.2 now",
            "there were 16 training rows, and there are 15 now", "validation rows", "FolderPerTraining", folder.Path])
        {
            StringAssert.Contains(error.Message, difference, StringComparison.Ordinal);
        }

        Assert.IsFalse(error.Message.Contains("Seed", StringComparison.Ordinal), "what is the same is not told");
    }

    [TestMethod]
    public void Another_encoder_is_told_by_name_and_the_same_one_may_have_another_name()
    {
        using TemporaryFolder folder = new();
        PretrainedEncoder mini = PretrainedEncoder.RobertaMini;
        AdaMixOptions options = Quick with { Checkpoints = new CheckpointOptions { Folder = folder.Path }, Encoder = mini };
        Fit(options);
        PretrainedEncoder other = PretrainedEncoder.FromFolder(Path.Combine(Reference.Repository, "test", "models", "encoder"));

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options with { Encoder = other }));

        StringAssert.Contains(error.Message, $"encoder is '{mini.Name}' (SHA-256 ", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, $" there and '{other.Name}' (SHA-256 ", StringComparison.Ordinal);
        Assert.IsFalse(error.Message.Contains("encoder name", StringComparison.Ordinal), "the name is no difference");
    }

    [TestMethod]
    public void What_does_not_change_what_is_learned_may_change()
    {
        using TemporaryFolder folder = new();
        CheckpointOptions checkpoints = new() { Folder = folder.Path };
        Fit(Quick with { Checkpoints = checkpoints });
        List<TrainingProgress> reports = [];
        MLContext ml = new(1);
        AdaMixOptions changed = Quick with
        {
            Checkpoints = checkpoints with { Keep = 5, Steps = 7 },
            MaxTrainingTime = TimeSpan.FromDays(1),
            Device = TrainingDevice.Cpu,
            LogitsColumnName = "Logits",
            ServingPrecision = ServingPrecision.Int8,
            ReturnWhenCanceled = true,
        };
        Rows.Pipeline(ml, changed, progress: new Each(reports.Add)).Fit(Data(ml));
        Assert.HasCount(2, reports, "nothing is trained again");
    }

    [TestMethod]
    public void A_damaged_checkpoint_is_passed_over_with_a_warning_and_if_all_are_damaged_it_is_an_error()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Quick with { Checkpoints = new CheckpointOptions { Folder = folder.Path, Steps = 2, Keep = 2 } };
        float[][] expected = Scores(Fit(options));
        string[] written = [.. CheckpointFolder.List(folder.Path)];
        Assert.HasCount(2, written);
        byte[] content = File.ReadAllBytes(written[0]);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(written[0], content);
        MLContext ml = new(1);
        List<string> warnings = [];
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            {
                warnings.Add(entry.Message);
            }
        };
        AssertSame(expected, Scores(Rows.Pipeline(ml, options).Fit(Data(ml))), "from the one before");
        Assert.IsTrue(
            warnings.Exists(warning => warning.Contains(written[0], StringComparison.Ordinal)
                && warning.Contains(written[1], StringComparison.Ordinal)),
            string.Join('\n', warnings));
        foreach (string checkpoint in CheckpointFolder.List(folder.Path))
        {
            using FileStream file = File.OpenWrite(checkpoint);
            file.SetLength(file.Length - 5);
        }

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Fit(options));
        StringAssert.Contains(error.Message, "No checkpoint in", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Two_trainings_never_write_into_one_folder()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Quick with { Checkpoints = new CheckpointOptions { Folder = folder.Path } };
        MLContext ml = new(1);
        IOException? second = null;
        Rows.Pipeline(ml, options, progress: new Each(_ => second ??= Assert.ThrowsExactly<IOException>(() => Fit(options)))).Fit(Data(ml));
        StringAssert.Contains(second!.Message, "Another training", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Folds_have_folders_of_their_own_and_go_on_each_from_its_own()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Rows.Tiny() with
        {
            Checkpoints = new CheckpointOptions { Folder = folder.Path, FolderPerTraining = true },
        };
        double[] Accuracies()
        {
            MLContext ml = new(1);
            return [.. ml.MulticlassClassification.CrossValidate(Data(ml), Rows.Pipeline(ml, options), numberOfFolds: 2)
                .Select(fold => fold.Metrics.LogLoss)];
        }

        double[] expected = Accuracies();
        Assert.HasCount(2, Directory.GetDirectories(folder.Path));
        CollectionAssert.AreEqual(expected, Accuracies());
        Assert.HasCount(2, Directory.GetDirectories(folder.Path));
    }

    [TestMethod]
    public void Checkpoints_that_cannot_be_written_are_one_warning_and_training_goes_on()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions plain = Quick with { Epochs = 3 };
        AdaMixOptions options = plain with { Checkpoints = new CheckpointOptions { Folder = folder.At("checkpoints"), Steps = 1 } };
        MLContext ml = new(1);
        List<string> warnings = [];
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            {
                warnings.Add(entry.Message);
            }
        };
        bool blocked = false;
        IEstimator<ITransformer> pipeline = Rows.Pipeline(ml, options, progress: new Each(report =>
        {
            if (report.EpochEnded && !blocked)
            {
                // In the way of the next two checkpoints' names stand folders that are not empty.
                Directory.CreateDirectory(Path.Combine(CheckpointFolder.PathOf(folder.At("checkpoints"), report.Step + 1), "x"));
                Directory.CreateDirectory(Path.Combine(CheckpointFolder.PathOf(folder.At("checkpoints"), report.Step + 2), "x"));
                blocked = true;
            }
        }));
        AssertSame(Scores(Fit(plain)), Scores(pipeline.Fit(Data(ml))), "the same model");
        Assert.IsTrue(blocked);
        Assert.HasCount(1, warnings.FindAll(warning => warning.Contains("could not be written", StringComparison.Ordinal)));
        Assert.HasCount(1, warnings.FindAll(warning => warning.Contains("are written again", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_folder_that_another_training_uses_and_one_whose_lock_is_no_lock_are_different_errors()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Quick with { Checkpoints = new CheckpointOptions { Folder = folder.Path } };
        using (AppendFile.Lock(folder.At("training")))
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<IOException>(() => Fit(options)).Message, "Another training writes", StringComparison.Ordinal);
        }

        folder.Write("training.lock", "somebody's");
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => Fit(options)).Message, "no lock file of this kind", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_training_that_is_cancelled_says_from_where_it_can_go_on()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        AdaMixOptions options = Quick with { Epochs = 5, Checkpoints = new CheckpointOptions { Folder = folder.Path } };
        MLContext ml = new(1);
        Each stopping = new(report =>
        {
            if (report.Epoch == 2 && report.EpochEnded)
            {
                stop.Cancel();
            }
        });
        OperationCanceledException error = Assert.Throws<OperationCanceledException>(
            () => Rows.Pipeline(ml, options, progress: stopping, cancellation: stop.Token).Fit(Data(ml)));
        StringAssert.Contains(error.Message, folder.Path, StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "goes on from there", StringComparison.Ordinal);

        AssertSame(Scores(Fit(options with { Checkpoints = null })), Scores(Fit(options)), "went on");
    }

    [TestMethod]
    public void Without_checkpoints_a_training_that_is_cancelled_can_return_what_it_has()
    {
        using CancellationTokenSource stop = new();
        AdaMixOptions options = Quick with { Epochs = 50, ReturnWhenCanceled = true };
        MLContext ml = new(1);
        List<TrainingProgress> ended = [];
        Each stopping = new(report =>
        {
            if (report.EpochEnded)
            {
                ended.Add(report);
                if (ended.Count == 3)
                {
                    stop.Cancel();
                }
            }
        });
        IDataView labelled = ml.Transforms.Conversion.MapValueToKey("Label").Fit(Data(ml)).Transform(Data(ml));
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(options, null, stopping, stop.Token).Fit(labelled);
        Assert.HasCount(3, ended);
        Assert.AreEqual(3, model.Training!.Epochs);
        Assert.AreEqual(ended[^1].BestEpoch, model.Training.KeptEpoch);
    }

    [TestMethod]
    public void Training_ends_after_its_longest_time_and_goes_on_with_more()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Quick with { Epochs = 3, Checkpoints = new CheckpointOptions { Folder = folder.Path } };
        MLContext ml = new(1);
        IDataView labelled = ml.Transforms.Conversion.MapValueToKey("Label").Fit(Data(ml)).Transform(Data(ml));
        AdaMixTransformer Train(AdaMixOptions given) => ml.MulticlassClassification.Trainers.AdaMix(given).Fit(labelled);
        using AdaMixTransformer stopped = Train(options with { MaxTrainingTime = TimeSpan.FromTicks(1) });
        Assert.AreEqual(1, stopped.Training!.Epochs, "after one step");
        Assert.AreEqual(1, CheckpointFolder.StepOf(CheckpointFolder.List(folder.Path)[0]));
        using AdaMixTransformer whole = Train(options);
        using AdaMixTransformer expected = Train(options with { Checkpoints = null });
        AssertSame(
            [.. expected.Transform(labelled).GetColumn<float[]>("Score")], [.. whole.Transform(labelled).GetColumn<float[]>("Score")],
            "went on");
    }

    private static IDataView Data(MLContext ml) => ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 20, "animal", "food"));

    private static ITransformer Fit(AdaMixOptions options, IDataView? data = null)
    {
        MLContext ml = new(1);
        return Rows.Pipeline(ml, options).Fit(data ?? Data(ml));
    }

    private static float[][] Scores(ITransformer model) => [.. model.Transform(Data(new MLContext(1))).GetColumn<float[]>("Score")];

    private static void AssertSame(float[][] expected, float[][] found, string which)
    {
        for (int row = 0; row < expected.Length; row++)
        {
            CollectionAssert.AreEqual(expected[row], found[row], $"{which}, row {row}");
        }
    }
}
