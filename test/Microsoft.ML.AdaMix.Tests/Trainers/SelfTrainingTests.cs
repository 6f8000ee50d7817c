using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Trainers;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Rows without a label that the model labels itself.</summary>
[TestClass]
public sealed class SelfTrainingTests
{
    private const int Labelled = 12;
    private const int Others = 20;

    private static readonly AdaMixOptions Quick = Rows.Tiny() with { Epochs = 2, BatchSize = 8, Precision = TrainingPrecision.Float32 };

    [TestMethod]
    public void A_round_is_what_a_second_training_on_the_surest_half_and_its_probabilities_is()
    {
        AdaMixOptions options = Quick with { Epochs = 24 };
        MLContext ml = new(1);
        ITransformer teacher = Fit(options, Topics().Take(Labelled));
        IDataView guessed = teacher.Transform(ml.Data.LoadFromEnumerable(Topics().Skip(Labelled)));
        (string Label, Row Row, float Probability)[] guesses =
        [
            .. Topics().Skip(Labelled).Zip(
                ml.Data.CreateEnumerable<Prediction>(guessed, reuseRowObject: false),
                (row, said) => (said.Predicted, row, said.Score.Max())),
        ];
        Row[] surest =
        [
            .. guesses.GroupBy(guess => guess.Label)
                .SelectMany(own => own.OrderByDescending(guess => guess.Probability).Take((own.Count() + 1) / 2))
                .OrderBy(guess => Array.IndexOf(guesses, guess))
                .Select(guess => new Row { Label = guess.Label, Text = guess.Row.Text, Weight = guess.Probability }),
        ];
        float[] byHand = Flat(Fit(
            options with
            {
                Epochs = 16, // 48 steps, as on the rows with a label
                ExampleWeightColumnName = "Weight",
                Mixture = options.Mixture! with { ConsistencyWeight = 12 }, // what the rows with a label take
            },
            [.. Topics().Take(Labelled), .. surest]));

        float[] scores = Flat(Fit(options with { SelfTrainingRounds = 1 }, Mixed()));
        float[] first = Flat(teacher);
        double apart = scores.Zip(byHand, (one, other) => Math.Abs(one - other)).Max();
        Assert.IsLessThan(1e-3, apart); // a probability's last digits
        Assert.IsGreaterThan(0.01, scores.Zip(first, (one, other) => Math.Abs(one - other)).Max(), "another model than before");
    }

    [TestMethod]
    public void Each_round_is_told_in_progress_log_and_record()
    {
        List<TrainingProgress> heard = [];
        List<string> said = [];
        MLContext ml = Listening(said);
        AdaMixTransformer model = Trained(
            Quick with { Epochs = 12, SelfTrainingRounds = 2, SelfTrainingShare = 0.3 }, Mixed(), ml, heard.Add);
        CollectionAssert.AreEqual((int[])[0, 1, 2], heard.Select(report => report.Round).Distinct().ToArray());
        Assert.IsTrue(heard.All(report => report.Rounds == 2));
        Assert.StartsWith("round 0/2, epoch 1/", heard[0].ToString());
        TimeSpan[] gone = [.. heard.Select(report => report.Elapsed)];
        CollectionAssert.AreEqual(gone.Order().ToArray(), gone);
        TrainingProgress first = heard.Last(report => report.Round == 0);
        Assert.AreEqual(2 * first.Elapsed, first.Remaining, "two more trainings like the first");
        Assert.AreEqual(TimeSpan.Zero, heard[^1].Remaining);
        Assert.AreEqual((12, 8), (heard[0].Epochs, heard[^1].Epochs), "24 steps each, of 2 and of 3 an epoch");
        string log = string.Join('\n', said);
        Assert.Contains("Labels 20 rows without a label.", log);
        Assert.Contains("Self-training, round 1 of 2: trains on ", log);
        Assert.Contains(" of 20 rows without a label too (animal ", log);
        Assert.DoesNotContain("do not train", log);

        TrainingRecord record = model.Training!;
        Assert.IsGreaterThan(5, record.GuessedRows); // three tenths of each class, rounded up
        Assert.IsLessThan(9, record.GuessedRows);
        Assert.AreEqual(Labelled + record.GuessedRows, record.TrainingRows);
        Assert.AreEqual(heard[^1].Epochs, record.Epochs);
        AdaMixOptions told = JsonSerializer.Deserialize<AdaMixOptions>(record.OptionsJson)!;
        Assert.AreEqual((2, 0.3, 12.0), (told.SelfTrainingRounds, told.SelfTrainingShare, told.Mixture!.ConsistencyWeight));
        Assert.AreEqual(12, told.Epochs, "those of the first training, so that the options train the same again");
    }

    [TestMethod]
    public void A_seed_gives_the_same_bits_again()
    {
        AdaMixOptions options = Quick with { SelfTrainingRounds = 2 };
        CollectionAssert.AreEqual(Flat(Fit(options, Mixed())), Flat(Fit(options, Mixed())));
    }

    [TestMethod]
    public void Without_it_rows_without_a_label_are_left_out_with_a_warning()
    {
        List<string> said = [];
        MLContext ml = Listening(said);
        float[] mixed = Flat(Trained(Quick, Mixed(), ml));
        CollectionAssert.AreEqual(Flat(Trained(Quick, Topics().Take(Labelled), new MLContext(1))), mixed);
        Assert.Contains("20 rows have no label in column 'Label' and do not train.", string.Join('\n', said));
    }

    [TestMethod]
    public void Where_every_row_has_a_label_it_trains_once_and_says_so()
    {
        List<string> said = [];
        List<TrainingProgress> heard = [];
        MLContext ml = Listening(said);
        float[] scores = Flat(Trained(Quick with { SelfTrainingRounds = 1 }, Topics(), ml, heard.Add));
        CollectionAssert.AreEqual(Flat(Trained(Quick, Topics(), new MLContext(1))), scores);
        Assert.Contains("SelfTrainingRounds has no effect: every row has a label in column 'Label'.", string.Join('\n', said));
        Assert.IsTrue(heard.All(report => report.Rounds == 0));
    }

    [TestMethod]
    public void Rows_without_text_and_label_and_classes_that_are_never_said_are_told()
    {
        List<string> said = [];
        MLContext ml = Listening(said);
        Row[] rows =
        [
            .. Topics().Take(Labelled), new Row { Label = "plant", Text = "a small green plant" }, new Row { Label = "", Text = "  " },
            new Row { Label = "", Text = null }, new Row { Label = "", Text = Topics().First().Text },
            .. Enumerable.Repeat(new Row { Label = "", Text = "a small animal" }, 3),
        ];
        AdaMixTransformer model = Trained(Quick with { SelfTrainingRounds = 1, SelfTrainingShare = 1 }, rows, ml);
        Assert.AreEqual(1, model.Training!.GuessedRows);
        string log = string.Join('\n', said);
        Assert.Contains("2 rows without a label have no text in column 'Text' either and do not train.", log);
        Assert.Contains("3 of 4 rows without a label are left out: the text is that of a row with a label, or of one before.", log);
        Assert.MatchesRegex("no row without a label was taken for '\\w+', '\\w+'\\. Such a class is trained on its own rows alone", log);
    }

    [TestMethod]
    public void What_was_killed_in_a_round_goes_on_in_it_with_the_same_bits()
    {
        AdaMixOptions options = Quick with { SelfTrainingRounds = 1 };
        float[] expected = Flat(Fit(options, Mixed()));
        using TemporaryFolder folder = new();
        AdaMixOptions written = options with { Checkpoints = new CheckpointOptions { Folder = folder.Path, Steps = 1 } };
        Assert.ThrowsExactly<TimeoutException>(() => Trained(
            written, Mixed(), new MLContext(1),
            report => _ = report is { Round: 1, Epoch: 2 } ? throw new TimeoutException("a crash in the second training") : 0));
        Assert.IsNotEmpty(CheckpointFolder.List(folder.At("self-training-1")));
        List<TrainingProgress> heard = [];
        float[] scores = Flat(Trained(written, Mixed(), new MLContext(1), heard.Add));
        CollectionAssert.AreEqual(expected, scores);
        Assert.IsTrue(heard.Where(report => report.Round == 0).All(report => report.EpochEnded), "the first training is only told again");

        // What the first one has written is that of a training without rounds.
        CollectionAssert.AreEqual(
            Flat(Fit(Quick, Mixed())), Flat(Fit(Quick with { Checkpoints = written.Checkpoints }, Mixed())));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_round_that_is_cancelled_throws_or_leaves_the_model_of_the_one_before(bool returns)
    {
        List<string> said = [];
        MLContext ml = Listening(said);
        using CancellationTokenSource source = new();
        AdaMixTransformer Cancelled() => Trained(
            Quick with { SelfTrainingRounds = 1, ReturnWhenCanceled = returns }, Mixed(), ml,
            report => _ = report.Round == 1 ? Cancel(source) : 0, source.Token);
        if (!returns)
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => Cancelled());
            return;
        }

        CollectionAssert.AreEqual(Flat(Fit(Quick, Mixed())), Flat(Cancelled()));
        Assert.Contains(
            "Self-training, round 1 of 1 did not come to its end: the model is that of the rows with a label alone.",
            string.Join('\n', said));
    }

    [TestMethod]
    public void A_round_that_diverges_leaves_the_model_of_the_one_before()
    {
        List<string> said = [];
        MLContext ml = Listening(said);
        IHost host = ((IHostEnvironment)ml).Register("test");
        using IChannel channel = host.Start("test");
        AdaMixOptions options = Quick with { SelfTrainingRounds = 2 };
        IDataView rows = ml.Data.LoadFromEnumerable(Mixed());
        PreparedData data = new DataPreparation(options, TextTask.Multiclass, 1, channel, () => { }).Prepare(
            ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows), null);
        FinishedRun Train(int round, AdaMixOptions own, PreparedData read, TimeSpan before) => round == 1
            ? throw new DivergedException("The training loss became NaN in step 7.")
            : new PreparedRun(host, own.For(read.Training.Count), TextTask.Multiclass, 1, null, () => { }) { Labels = true }.Train(
                read, null, channel);
        using TrainedMixture mixture = new SelfTraining(options, Train, channel).Run(data);
        using AdaMixTransformer model = mixture.Merge();
        Assert.AreEqual((Labelled, 0), (model.Training!.TrainingRows, model.Training.GuessedRows));
        string log = string.Join('\n', said);
        Assert.Contains("Self-training, round 1: The training loss became NaN in step 7.", log);
        Assert.Contains("round 1 of 2 did not come to its end: the model is that of the rows with a label alone.", log);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Cancelled_before_a_round_has_a_step_it_says_from_where_it_goes_on_or_returns_what_there_is(bool returns)
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource source = new();
        MLContext ml = new(1);
        ml.Log += (_, entry) => _ = entry.Message.Contains("Labels ", StringComparison.Ordinal) ? Cancel(source) : 0;
        AdaMixOptions options = Quick with
        {
            SelfTrainingRounds = 1,
            ReturnWhenCanceled = returns,
            Checkpoints = new CheckpointOptions { Folder = folder.Path },
        };
        AdaMixTransformer Cancelled() => Trained(options, Mixed(), ml, _ => { }, source.Token);
        if (returns)
        {
            CollectionAssert.AreEqual(Flat(Fit(Quick, Mixed())), Flat(Cancelled()));
            return;
        }

        OperationCanceledException error = Assert.Throws<OperationCanceledException>(() => Cancelled());
        Assert.Contains("' has it up to step 4 of 4", error.Message);
    }

    [TestMethod]
    public void A_folder_for_each_training_keeps_rounds_apart_and_windows_are_labelled_as_they_are_read()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Quick with
        {
            SelfTrainingRounds = 2,
            MaxLength = 16,
            LongTexts = new WindowOptions(),
            Checkpoints = new CheckpointOptions { Folder = folder.Path, FolderPerTraining = true },
        };
        float[] first = Flat(Fit(options, Mixed()));
        Assert.HasCount(3, Directory.GetDirectories(folder.Path));
        CollectionAssert.AreEqual(first, Flat(Fit(options, Mixed())));
        CollectionAssert.AreEqual(first, Flat(Fit(options with { Checkpoints = null }, Mixed())));
    }

    [TestMethod]
    public void The_longest_time_is_of_all_rounds_together()
    {
        List<string> said = [];
        List<TrainingProgress> heard = [];
        MLContext ml = Listening(said);
        AdaMixOptions options = Quick with { SelfTrainingRounds = 1, MaxTrainingTime = TimeSpan.FromTicks(1) };
        AdaMixTransformer model = Trained(options, Mixed(), ml, heard.Add);
        Assert.AreEqual((1, 0), (heard[^1].Step, heard[^1].Round));
        Assert.AreEqual(0, model.Training!.GuessedRows);
        Assert.Contains("round 1 of 1 did not come to its end", string.Join('\n', said));
    }

    [TestMethod]
    public void With_validation_rows_the_best_round_is_the_model_unless_the_last_is_asked_for()
    {
        Row[] wrong =
            [.. Topics().Take(Labelled).Select(row => new Row { Label = row.Label == "food" ? "animal" : "food", Text = row.Text })];
        AdaMixTransformer Validated(AdaMixOptions options, List<string> said, List<TrainingProgress> heard)
        {
            MLContext ml = Listening(said);
            IDataView data = ml.Data.LoadFromEnumerable(Mixed());
            ValueToKeyMappingTransformer keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data);
            return ml.MulticlassClassification.Trainers.AdaMix(options, progress: new Each(heard.Add)).Fit(
                keys.Transform(data), keys.Transform(ml.Data.LoadFromEnumerable(wrong)));
        }

        // The better it knows the rows, the worse it is on those with the wrong labels.
        AdaMixOptions longer = Quick with { Epochs = 20, SelfTrainingRounds = 2 };
        List<string> said = [];
        List<TrainingProgress> heard = [];
        AdaMixTransformer best = Validated(longer, said, heard);
        (double Metric, double Loss)[] rounds =
        [
            .. heard.Where(report => report.EpochEnded).GroupBy(report => report.Round).Select(round => round
                .Select(report => (Metric: report.ValidationMetric!.Value, Loss: report.ValidationLoss!.Value))
                .OrderByDescending(epoch => epoch.Metric).ThenBy(epoch => epoch.Loss).First()),
        ];
        (double Metric, double Loss) wanted = rounds.OrderByDescending(round => round.Metric).ThenBy(round => round.Loss).First();
        Assert.AreEqual(wanted, (best.Training!.ValidationMetric!.Value, best.Training.ValidationLoss!.Value));
        Assert.AreNotEqual(rounds[^1], wanted, "the last round is not the best one here");
        Assert.Contains("The last round is not the best one on the validation rows: the model is that of ", string.Join('\n', said));

        List<TrainingProgress> watched = [];
        AdaMixTransformer last = Validated(longer with { KeepBestEpoch = false }, [], watched);
        Assert.AreEqual((2, watched[^1].ValidationLoss), (watched[^1].Round, last.Training!.ValidationLoss));
        Assert.AreEqual(12.0, JsonSerializer.Deserialize<AdaMixOptions>(last.Training.OptionsJson)!.Mixture!.ConsistencyWeight);
        Assert.IsGreaterThan(0, last.Training.GuessedRows);
    }

    [TestMethod]
    public void Checkpoints_of_other_texts_without_a_label_and_of_another_share_are_told_by_name()
    {
        using TemporaryFolder folder = new();
        AdaMixOptions options = Quick with
        {
            SelfTrainingRounds = 1,
            Checkpoints = new CheckpointOptions { Folder = folder.Path },
        };
        Fit(options, Mixed());
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => Fit(options with { SelfTrainingShare = 0.9 }, Mixed()[..^1]));
        Assert.Contains(
            "SelfTrainingShare is 0.5 there and 0.9 now; there were 20 unlabelled rows, and there are 19 now.", error.Message);
        Assert.Contains("self-training-1", error.Message);
    }

    [TestMethod]
    public void Weights_of_rows_classes_and_guesses_multiply_and_cross_validation_judges_the_rows_with_a_label()
    {
        MLContext ml = new(1);
        AdaMixOptions options = Quick with
        {
            SelfTrainingRounds = 1,
            ExampleWeightColumnName = "Weight",
            ClassWeights = ClassWeights.Balanced,
            ValidationFraction = 0.2,
            CalibrateProbabilities = true,
            KeepBestEpoch = false, // the last round, whatever the few validation rows say
        };
        Row[] rows = Rows.Topics("train.tsv", 64, "animal", "food");
        IDataView data = ml.Data.LoadFromEnumerable(
            rows.Select((row, place) => place < 32 ? row : new Row { Label = "", Text = row.Text, Weight = 2 }));
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        IReadOnlyList<TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics>> folds =
            ml.MulticlassClassification.CrossValidate(keyed, ml.MulticlassClassification.Trainers.AdaMix(options), numberOfFolds: 2);
        foreach (TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics> fold in folds)
        {
            Assert.IsGreaterThan(0, ((AdaMixTransformer)fold.Model).Training!.GuessedRows);
            Assert.IsTrue(double.IsFinite(fold.Metrics.LogLoss));
        }
    }

    [TestMethod]
    public void Words_that_a_template_found_from_the_rows_with_a_label_stay()
    {
        MLContext ml = new(1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.Message);
        AdaMixOptions options = Quick with
        {
            Encoder = PretrainedEncoder.RobertaMini,
            Epochs = 1,
            Template = new PromptTemplate { Text = "{text} It was {mask}." },
            SelfTrainingRounds = 1,
        };
        AdaMixTransformer model = Trained(options, Mixed(), ml);
        Assert.HasCount(1, said.Where(line => line.Contains("Words found for the classes", StringComparison.Ordinal)));
        Assert.IsGreaterThan(0, model.Training!.GuessedRows);
    }

    [TestMethod]
    [DataRow("Regression", "0 for regression")]
    [DataRow("MultiLabel", "0 for multi-label classification")]
    [DataRow("Binary", "0 for binary classification, whose label is never missing; take multiclass classification of two classes")]
    public void Other_tasks_are_refused_by_name(string task, string expected)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => OptionsValidator.Validate(Quick with { SelfTrainingRounds = 1 }, Enum.Parse<TextTask>(task)));
        Assert.Contains("SelfTrainingRounds is 1; expected 0", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void Demonstrations_are_refused_and_a_share_without_rounds_is_told_to_be_idle()
    {
        AdaMixOptions options = Quick with { SelfTrainingRounds = 1, Template = new PromptTemplate { Demonstrations = 1 } };
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => OptionsValidator.Validate(options));
        Assert.Contains("SelfTrainingRounds is 1; expected 0 with Template.Demonstrations", error.Message);
        string[] idle = [.. OptionEffects.FindIdle(Quick, TextTask.Multiclass, false).Select(found => found.Option)];
        Assert.Contains("SelfTrainingShare", idle);
    }

    private static MLContext Listening(List<string> said)
    {
        MLContext ml = new(1);
        ml.Log += (_, entry) => said.Add(entry.Message);
        return ml;
    }

    private static int Cancel(CancellationTokenSource source)
    {
        source.Cancel();
        return 0;
    }

    private static Row[] Topics() => Rows.Topics("train.tsv", Labelled + Others, "animal", "food");

    // The first rows keep their labels.
    private static Row[] Mixed() =>
        [.. Topics().Select((row, place) => place < Labelled ? row : new Row { Label = "", Text = row.Text, Text2 = row.Text2 })];

    private static ITransformer Fit(AdaMixOptions options, IEnumerable<Row> rows)
    {
        MLContext ml = new(1);
        return Rows.Pipeline(ml, options).Fit(ml.Data.LoadFromEnumerable(rows));
    }

    private static AdaMixTransformer Trained(
        AdaMixOptions options, IEnumerable<Row> rows, MLContext ml, Action<TrainingProgress>? hear = null,
        CancellationToken cancellation = default)
    {
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        return ml.MulticlassClassification.Trainers.AdaMix(
            options, progress: hear is null ? null : new Each(hear), cancellationToken: cancellation)
            .Fit(ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data));
    }

    private static float[] Flat(ITransformer model)
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Topics());
        return [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)];
    }
}
