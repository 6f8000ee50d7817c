using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>Trains a model, saves it and judges it on test rows.</summary>
internal sealed record TrainingJob
{
    public required LabelledTask Task { get; init; }

    public required TextRows Training { get; init; }

    /// <summary>Whether labels that look like another column are no error.</summary>
    public bool TrustLabels { get; init; }

    /// <summary>Rows without a label beside those of the training rows, for self-training; null for none.</summary>
    public TextRows? Unlabelled { get; init; }

    public TextRows? Validation { get; init; }

    public TextRows? Test { get; init; }

    /// <summary>Everything but columns, validation rows, progress and cancellation.</summary>
    public required AdaMixOptions Options { get; init; }

    public required string Save { get; init; }

    /// <summary>Whether the model is saved as a delta file, without its encoder.</summary>
    public bool WithoutEncoder { get; init; }

    /// <summary>Where the unmerged experts are saved; null for nowhere.</summary>
    public string? SaveMixture { get; init; }

    /// <returns>What --json prints.</returns>
    public JsonObject Run(Output output, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string path = Path.GetFullPath(Save);
        MLContext ml = ToolContext.Create(Options.Seed, output.Warn);
        LibraryLog.PassBeginnings(ml, output.Say);

        List<TextRow>? unlabelled = Options.SelfTrainingRounds > 0 ? [] : null;
        TextRows training = LabelledRows.Keep(Training, Task, output.Warn, unlabelled);
        if (unlabelled is not null)
        {
            LabelDoubts.CheckMissing(training, Task, output.Warn);
        }

        if (Unlabelled?.Skipped?.Report(Unlabelled.Source) is { } skipped)
        {
            output.Warn(skipped);
        }

        LabelDoubts.Check(training, Task, TrustLabels, output.Warn);
        TextRows? test = Test is null ? null : LabelledRows.Keep(Test, Task, output.Warn);
        RequireSameShape(training, test, Validation, Unlabelled);
        if (test is not null)
        {
            Task.RequireJudgeable(test);
            if (SeenTestRows.Tell(training.Rows, test.Rows) is { } seen)
            {
                output.Warn(seen);
            }
        }

        unlabelled?.AddRange(Unlabelled?.Rows ?? []);
        IDataView trainingView = Task.View(
            ml, training with { Rows = [.. training.Rows, .. unlabelled ?? []] }, cancellation);
        ITransformer? labels = Task.Labels(ml)?.Fit(trainingView);
        AdaMixOptions options = Columns(training);
        IDataView? validation = Validation is null ? null : Task.View(
            ml, LabelledRows.Keep(Validation, Task, output.Warn) with { AreWeighted = training.AreWeighted }, cancellation);
        IProgress<TrainingProgress>? shown = null;
        AdaMixTrainer trainer =
            Task.Trainer(ml, options, new ProgressListener(report => shown?.Report(report)), cancellation); // checks the options
        output.Say(
            $"Training {Options.Method} on {Options.Encoder.Name}: {Counts.Of(training.Count, "row")} of "
            + $"{Path.GetFileName(training.Source)}, "
            + $"{Described(Task)}{(unlabelled is null ? "" : $", {Counts.Of(unlabelled.Count, "row")} without a label")}"
            + $"{(Options.Epochs is { } epochs ? $", {Counts.Of(epochs, "epoch")}" : "")}.");

        TrainingDisplay display = new(output);
        Stopwatch trainClock = Stopwatch.StartNew();
        using TrainedMixture mixture = display.Show(listener =>
        {
            shown = listener;
            return trainer.FitMixture(labels?.Transform(trainingView) ?? trainingView, validation is null
                ? null
                : labels?.Transform(validation) ?? validation);
        });
        trainClock.Stop();

        using TransformerChain<ITransformer> model = ModelChain.Create(ml, Task, labels, mixture.Merge(), trainingView);
        try
        {
            ModelChain.Save(ml, model, trainingView.Schema, path, WithoutEncoder);
        }
        finally
        {
            SaveExperts(mixture); // if one of the two cannot be written, the other one is there
        }

        FileInfo saved = new(LinkPath.Follow(Path.GetFullPath(path)));
        string size = saved is { Exists: true, Length: > 0 } ? $" ({saved.Length / 1e6:F1} MB)" : ""; // a pipe has none
        output.Say(
            $"Saved {path}{size}; {display.Last?.TrainedParameters:N0} weights trained in "
            + $"{Durations.Format(trainClock.Elapsed)}.");

        JsonObject result = new()
        {
            ["command"] = "train",
            ["task"] = Task.Name,
            ["model"] = path,
            ["method"] = Options.Method.Name,
            ["encoder"] = Options.Encoder.Name,
            ["rows"] = training.Count,
            ["unlabelledRows"] = unlabelled?.Count,
            ["guessedRows"] = unlabelled is null ? null : mixture.Training?.GuessedRows,
            ["trainedParameters"] = display.Last?.TrainedParameters,
            ["epochs"] = display.Last?.Epoch,
            ["steps"] = display.Last?.Step,
            ["stepsInAll"] = display.Last?.Steps,
            ["validationMetric"] = display.Last?.ValidationMetric,
            ["temperature"] = mixture.Training?.Temperature,
            ["trainSeconds"] = trainClock.Elapsed.TotalSeconds,
            ["rowsPerSecond"] = display.Last?.RowsPerSecond,
        };
        if (test is not null)
        {
            IReadOnlyList<Metric> metrics = Judge(ml, model, test, output, cancellation);
            output.Screen.Write(LabelledEvaluation.ToTable(metrics, test));
            result["testRows"] = test.Count;
            result["metrics"] = LabelledEvaluation.ToJson(metrics);
        }

        if (Training.Skipped is not null)
        {
            result["skippedRows"] = new[] { Training, Unlabelled, Validation, Test }.Sum(rows => rows?.Skipped?.Count ?? 0);
        }

        result["seconds"] = clock.Elapsed.TotalSeconds;
        return result;
    }

    private IReadOnlyList<Metric> Judge(MLContext ml, ITransformer model, TextRows test, Output output, CancellationToken cancellation)
    {
        try
        {
            LabelledEvaluation.SayCut(ml, model, Task, test, output, cancellation);
            return LabelledEvaluation.Evaluate(ml, model, Task, test, cancellation).Metrics;
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            output.Say("Only its figures on the test rows are missing; 'adamix evaluate' has them.");
            throw;
        }
    }

    private AdaMixOptions Columns(TextRows training) => Options with
    {
        LabelColumnName = nameof(ClassRow.Label),
        TextColumnName = nameof(TaskRow.Text),
        SecondTextColumnName = training.ArePairs ? nameof(TaskRow.Pair) : null,
        ExampleWeightColumnName = training.AreWeighted ? nameof(TaskRow.Weight) : null,
    };

    private void SaveExperts(TrainedMixture mixture)
    {
        if (SaveMixture is not null)
        {
            AtomicFile.CreateFolder(SaveMixture);
            mixture.Save(SaveMixture);
        }
    }

    private static string Described(LabelledTask task) => task switch
    {
        RegressionTask => "a number",
        MultiLabelTask => Counts.Of(task.Classes.Count, "label"),
        _ => Counts.Of(task.Classes.Count, "class", "classes"),
    };

    private static void RequireSameShape(TextRows training, params TextRows?[] others)
    {
        foreach (TextRows other in others.OfType<TextRows>())
        {
            if (other.ArePairs != training.ArePairs)
            {
                throw new InvalidDataException(
                    $"'{training.Source}' has {(training.ArePairs ? "pairs of texts" : "single texts")} and '{other.Source}' "
                    + $"{(other.ArePairs ? "pairs" : "single ones")}; expected the same in both. Name the columns with --text and --pair.");
            }
        }
    }
}
