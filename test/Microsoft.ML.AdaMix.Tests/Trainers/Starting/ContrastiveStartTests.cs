using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers.Starting;

[TestClass]
public sealed class ContrastiveStartTests
{
    [TestMethod]
    public void Pairs_bring_texts_of_one_class_together_before_the_first_epoch()
    {
        MLContext ml = new(1);
        List<TrainingProgress> heard = [];
        Fit(ml, Options(rounds: 8) with { Encoder = PretrainedEncoder.RobertaMini }, Topics(16), heard.Add);
        TrainingProgress[] pairs = [.. heard.TakeWhile(report => report.TrainsPairs)];
        float[] losses = [.. pairs.SelectMany(report => report.StepLosses)];
        Assert.HasCount(16 * 2 * 8 / 8, losses, "each row begins two pairs a round, and a step has as many pairs as rows");
        Assert.AreEqual(losses.Length, pairs[^1].Steps);
        Assert.IsTrue(pairs.All(report => report.Epoch == 0));
        Assert.AreSame(pairs[^1], pairs.Single(report => report.EpochEnded), "one report closes the pairs");
        Assert.IsTrue(heard[pairs.Length..].All(report => !report.TrainsPairs && report.Epoch > 0));
        Assert.IsLessThan(0.5 * losses[..6].Average(), losses[^6..].Average());
        Assert.StartsWith("pairs, step ", pairs[0].ToString());
        Assert.IsGreaterThanOrEqualTo(pairs[^1].Elapsed, heard[^1].Elapsed, "the time of pairs is training's");
    }

    [TestMethod]
    public void A_seed_gives_the_same_bits_again_and_rounds_another_model()
    {
        MLContext ml = new(1);
        float[] Flat(int rounds) => [.. Scores(ml, Options(rounds), Topics(16)).SelectMany(row => row)];
        float[] first = Flat(rounds: 2);
        CollectionAssert.AreEqual(first, Flat(rounds: 2));
        CollectionAssert.AreNotEqual(first, Flat(rounds: 0));
    }

    [TestMethod]
    public void Rows_of_one_class_leave_nothing_to_pair_and_that_is_said()
    {
        MLContext ml = new(1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.Message);
        Row[] rows = [.. Topics(12).Select(row => new Row { Label = row.Label, Text = row.Text, Weight = row.Label == "food" ? 0 : 1 })];
        Fit(ml, Options(rounds: 2) with { ExampleWeightColumnName = "Weight" }, rows);
        Assert.Contains("ContrastiveRounds has no effect: all training rows that count have one class", string.Join('\n', said));
    }

    [TestMethod]
    public void A_cancelled_start_throws_and_the_next_one_works()
    {
        MLContext ml = new(1);
        List<TrainingProgress> heard = [];
        using CancellationTokenSource source = new();
        void Hear(TrainingProgress report)
        {
            heard.Add(report);
            source.Cancel();
        }

        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(
            ml, Options(rounds: 100), Topics(24), Hear, source.Token));
        Assert.IsTrue(heard[^1].TrainsPairs);
        Fit(ml, Options(rounds: 1), Topics(24));
    }

    [TestMethod]
    public void The_longest_time_bounds_pairs_too()
    {
        MLContext ml = new(1);
        List<TrainingProgress> heard = [];
        AdaMixOptions options = Options(rounds: 100) with { MaxTrainingTime = TimeSpan.FromMilliseconds(1) };
        Fit(ml, options, Topics(24), heard.Add);
        Assert.AreEqual(1, heard.Last(report => report.TrainsPairs).Step);
        Assert.AreEqual(1, heard[^1].Step);
    }

    [TestMethod]
    public void Time_left_is_of_epochs_alone_and_time_gone_of_pairs_too()
    {
        ProgressMeter meter = new(epochs: 2, steps: 10, 1, keepsBestEpoch: false, _ => { }) { OfPairs = TimeSpan.FromHours(1) };
        meter.BeginEpoch(1);
        meter.Add(4);
        meter.Add([(1f, 0f)]);
        TrainingProgress report = meter.Describe(1);
        Assert.IsGreaterThan(TimeSpan.FromHours(1), report.Elapsed);
        Assert.IsLessThan(TimeSpan.FromHours(1), report.Remaining);
        ProgressMeter resumed = new(epochs: 2, steps: 10, 1, keepsBestEpoch: false, _ => { });
        resumed.Restore(meter.History, 1);
        Assert.IsGreaterThan(TimeSpan.FromHours(1), resumed.Elapsed);
        Assert.IsLessThan(TimeSpan.FromHours(1), resumed.Describe(1).Remaining);
    }

    [TestMethod]
    public void A_seed_gives_the_same_bits_where_nothing_changes_below_the_tuned_layers()
    {
        MLContext ml = new(1);
        AdaMixOptions options = Options(rounds: 1) with
        {
            FrozenDropout = false,
            Precision = TrainingPrecision.Float32,
            BatchSize = 16,
            Method = new AdapterTuning { Bottleneck = 4, Layers = 1.. },
        };
        Row[] rows = [.. Topics(16).Select((row, place) => new Row
        {
            Label = row.Label,
            Text = string.Join(' ', Enumerable.Repeat(row.Text, place % 3 == 0 ? 4 : 1)), // lengths decide how parts are padded
        })];
        float[] Flat() => [.. Scores(ml, options, rows).SelectMany(row => row)];
        float[] first = Flat();
        CollectionAssert.AreEqual(first, Flat());
    }

    [TestMethod]
    public void What_pairs_have_taught_is_in_a_checkpoint_before_the_first_step()
    {
        MLContext ml = new(1);
        string folder = Directory.CreateTempSubdirectory().FullName;
        AdaMixOptions options = Options(rounds: 2) with { Checkpoints = new CheckpointOptions { Folder = folder } };
        float[] Flat(AdaMixOptions trained, Action<TrainingProgress>? hear = null) =>
            [.. Fit(ml, trained, Topics(16), hear).Transform(ml.Data.LoadFromEnumerable(Topics(16)))
                .GetColumn<float[]>("Score").SelectMany(row => row)];
        float[] expected = Flat(options with { Checkpoints = null });
        Assert.ThrowsExactly<TimeoutException>(
            () => Flat(options, report => _ = report.TrainsPairs ? 0 : throw new TimeoutException("a crash in the first step")));
        foreach (string later in CheckpointFolder.List(folder).Where(path => CheckpointFolder.StepOf(path) > 0))
        {
            File.Delete(later);
        }

        Assert.HasCount(1, CheckpointFolder.List(folder));
        List<TrainingProgress> heard = [];
        CollectionAssert.AreEqual(expected, Flat(options, heard.Add));
        Assert.IsFalse(heard.Exists(report => report.TrainsPairs), "pairs are not trained again");
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Pairs_that_time_has_cut_leave_no_checkpoint_and_that_is_said()
    {
        MLContext ml = new(1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.Message);
        string folder = Directory.CreateTempSubdirectory().FullName;
        Fit(ml, Options(rounds: 100) with
        {
            MaxTrainingTime = TimeSpan.FromMilliseconds(1),
            Checkpoints = new CheckpointOptions { Folder = folder },
        }, Topics(16));
        Assert.IsEmpty(CheckpointFolder.List(folder));
        Assert.Contains("Pairs ended after MaxTrainingTime, at step 1 of 400. No checkpoint is written", string.Join('\n', said));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Texts_in_windows_are_paired_by_their_first_window()
    {
        MLContext ml = new(1);
        Row[] rows = [.. Topics(8).Select(row => new Row { Label = row.Label, Text = string.Join(' ', Enumerable.Repeat(row.Text, 3)) })];
        AdaMixOptions options = Options(rounds: 2) with { MaxLength = 16, LongTexts = new WindowOptions() };
        Assert.HasCount(8, Scores(ml, options, rows));
    }

    [TestMethod]
    [DataRow("Regression", "0 for regression, which has no classes")]
    [DataRow("MultiLabel", "0 for multi-label classification")]
    public void Tasks_without_pairs_are_refused_by_name(string task, string expected)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => OptionsValidator.Validate(Options(2), Enum.Parse<TextTask>(task)));
        Assert.Contains($"ContrastiveRounds is 2; expected {expected}", error.Message);
    }

    [TestMethod]
    public void Beside_a_template_a_start_and_the_head_alone_pairs_have_no_effect_and_the_head_trains_as_without()
    {
        AdaMixOptions head = Options(2) with { Method = new HeadOnlyTuning(), Mixture = null };
        foreach (AdaMixOptions options in (AdaMixOptions[])
        [
            head, Options(2) with { StartFrom = "model.zip" }, Options(2) with { Template = new PromptTemplate() },
        ])
        {
            string[] idle = [.. OptionEffects.FindIdle(options, TextTask.Multiclass, false).Select(found => found.Option)];
            Assert.Contains("ContrastiveRounds", idle);
        }

        MLContext ml = new(1);
        float[] Flat(AdaMixOptions options) => [.. Scores(ml, options, Topics(16)).SelectMany(row => row)];
        CollectionAssert.AreEqual(Flat(head with { ContrastiveRounds = 0 }), Flat(head));
    }

    private static Row[] Topics(int count) => Rows.Topics("train.tsv", count, "animal", "food");

    private static ITransformer Fit(
        MLContext ml, AdaMixOptions options, Row[] rows, Action<TrainingProgress>? hear = null, CancellationToken cancellation = default) =>
        Rows.Pipeline(ml, options, progress: hear is null ? null : new Each(hear), cancellation: cancellation)
            .Fit(ml.Data.LoadFromEnumerable(rows));

    private static float[][] Scores(MLContext ml, AdaMixOptions options, Row[] rows) =>
        [.. Fit(ml, options, rows).Transform(ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score")];

    private static AdaMixOptions Options(int rounds) =>
        Rows.Tiny() with { ContrastiveRounds = rounds, BatchSize = 8, Epochs = 1 };
}
