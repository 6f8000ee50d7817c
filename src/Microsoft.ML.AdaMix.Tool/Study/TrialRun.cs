using System.Diagnostics;
using System.Reflection;
using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.SetFit;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// One trial: trains a mixture, or takes one that an earlier run kept, or trains as SetFit does, and judges ways of predicting. All that
/// it allocates natively is freed at its end.
/// </summary>
/// <param name="trial">The trial.</param>
/// <param name="data">Its rows.</param>
/// <param name="encoder">The encoder.</param>
/// <param name="mixtureFile">Where the experts are kept; null for nowhere.</param>
/// <param name="checkpoints">Folder from which a training that was stopped goes on.</param>
/// <param name="say">Hears from where a training that was stopped goes on.</param>
/// <param name="warn">Hears of warnings.</param>
internal sealed class TrialRun(
    PlannedTrial trial, StudyData data, PretrainedEncoder encoder, string? mixtureFile, string checkpoints, Action<string> say,
    Action<string> warn)
{
    /// <summary>Runs the trial.</summary>
    /// <param name="missing">The ways of predicting that have no result yet.</param>
    /// <param name="known">An earlier result of the same trial, or null.</param>
    /// <param name="listener">Hears of the training.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Results, each as soon as it is there.</returns>
    public IEnumerable<TrialResult> Run(
        IReadOnlyList<InferenceMode> missing, TrialResult? known, IProgress<TrainingProgress> listener, CancellationToken cancellation)
    {
        TrialConfiguration configuration = trial.Configuration;
        MLContext ml = ToolContext.Create(configuration.Seed, warn);
        LibraryLog.PassBeginnings(ml, say);
        TrainingPlace place = TrainingPlace.Watch(ml);
        ITransformer labels = data.Task.Labels(ml).Fit(data.Task.View(ml, data.Test, cancellation));
        TextRows rows = data.Draw(configuration.Rows, configuration.Seed);
        Trained trained = known?.Training is { } cost && mixtureFile is not null && File.Exists(mixtureFile)
            ? new Trained(new MixtureModel(TrainedMixture.Load(ml, mixtureFile, encoder), cancellation), cost, known.Trace)
            : Train(ml, labels, rows, place, listener, cancellation);
        using ITrialModel model = trained.Model;
        IDataView test = View(data.Test);
        IDataView? development = data.Development is { } rowsToFit ? View(rowsToFit) : null;
        foreach (InferenceMode inference in missing)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Judge(ml, trained, inference, test, development);
        }

        IDataView View(TextRows judging) => labels.Transform(data.Task.View(ml, judging, cancellation));
    }

    /// <summary>A result that says why there is none.</summary>
    public static TrialResult Failure(PlannedTrial trial, InferenceMode inference, Exception error) => new()
    {
        Key = trial.Key,
        Inference = inference,
        Configuration = trial.Configuration,
        Error = LibraryWords.Translate(ErrorCause.Of(error).Message),
        Finished = DateTimeOffset.UtcNow,
        Version = LibraryVersion,
    };

    private static string? LibraryVersion { get; } =
        typeof(AdaMixTrainer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private Trained Train(
        MLContext ml, ITransformer labels, TextRows rows, TrainingPlace place, IProgress<TrainingProgress> listener,
        CancellationToken cancellation)
    {
        TraceRecorder recorder = new();
        ProgressListener progress = new(report =>
        {
            recorder.Add(report);
            listener.Report(report);
        });
        Func<ITrialModel> fit = trial.Configuration.SetFit is { } settings
            ? SetFit(ml, rows, settings, place, progress, cancellation)
            : Mixture(ml, labels, rows, progress, cancellation);
        bool goesOn = CheckpointFolder.List(checkpoints).Count > 0;
        using PeakMemory memory = new();
        OtherLoad load = new();
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        ITrialModel model = fit();
        double seconds = goesOn ? recorder.Last!.Elapsed.TotalSeconds : clock.Elapsed.TotalSeconds;
        double processorSeconds = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
        TrainingCost cost = new(
            seconds, processorSeconds, recorder.Last?.RowsPerSecond ?? 0, recorder.Last?.TrainedParameters ?? 0, memory.Megabytes)
        {
            Conditions = new TrainingConditions(
                TrialMachine.Current, goesOn ? TrainingConditions.NewRun() : TrainingConditions.ThisRun, place.Device, place.Precision,
                load.Cores()),
        };
        if (mixtureFile is not null && model is MixtureModel mixture)
        {
            mixture.Save(mixtureFile);
        }

        return new Trained(model, cost, recorder.Trace());
    }

    private Func<MixtureModel> Mixture(
        MLContext ml, ITransformer labels, TextRows rows, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        IDataView? validation = null;
        if (trial.Configuration.BestEpoch)
        {
            TextRows development = data.Development ?? throw new InvalidDataException(
                $"The data set '{data.Reference.Name}' has no development rows.");
            validation = labels.Transform(data.Task.View(ml, development, cancellation));
        }

        TextRows trained = trial.Configuration.Options.SelfTrainingRounds > 0
            ? rows with { Rows = [.. rows.Rows, .. data.Rest(rows)] }
            : rows;
        IDataView view = labels.Transform(data.Task.View(ml, trained, cancellation));
        return () => new MixtureModel(
            data.Task.Trainer(ml, Options(rows), progress, cancellation).FitMixture(view, validation), cancellation);
    }

    private Func<SetFitTrialModel> SetFit(
        MLContext ml, TextRows rows, SetFitSettings settings, TrainingPlace place, IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        string[] names = [.. data.Task.Classes];
        int[] classes = [.. rows.Rows.Select(row => Array.IndexOf(names, row.Label))];
        return () =>
        {
            SetFitModel model = SetFitModel.Train(
                encoder, trial.Configuration.Options, settings, trial.Configuration.Seed, rows, classes, progress.Report, cancellation);
            place.Set(model.Device, $"{model.Precision}");
            return new SetFitTrialModel(ml, model, names.Length, cancellation);
        };
    }

    private AdaMixOptions Options(TextRows rows)
    {
        TrialConfiguration configuration = trial.Configuration;
        return configuration.Options with
        {
            TextColumnName = nameof(TaskRow.Text),
            SecondTextColumnName = rows.ArePairs ? nameof(TaskRow.Pair) : null,
            LabelColumnName = nameof(ClassRow.Label),
            Encoder = encoder,
            Seed = configuration.Seed,
            Checkpoints = new CheckpointOptions { Folder = checkpoints },
        };
    }

    private TrialResult Judge(MLContext ml, Trained trained, InferenceMode inference, IDataView test, IDataView? development)
    {
        Stopwatch clock = Stopwatch.StartNew();
        IDataView scored = ml.Data.Cache(trained.Model.Score(inference, test), "Label", "Score", "PredictedLabel"); // it is read twice
        Dictionary<string, double> metrics = data.Task.Evaluate(ml, scored).ToDictionary(
            metric => metric.Name, metric => metric.Value, StringComparer.Ordinal);
        bool[] right = [.. data.Task.Predictions(scored).Zip(
            data.Test.Rows, (prediction, row) => string.Equals(prediction.Value, row.Label, StringComparison.Ordinal))];
        double seconds = clock.Elapsed.TotalSeconds;
        ClassPredictions predictions = MulticlassTask.Probabilities(scored);
        double? temperature = development is null
            ? null
            : MulticlassTask.Probabilities(trained.Model.Score(inference, development)).FitTemperature();
        return new TrialResult
        {
            Key = trial.Key,
            Inference = inference,
            Configuration = trial.Configuration,
            Accuracy = metrics["accuracy"],
            MacroAccuracy = metrics["macroAccuracy"],
            LogLoss = metrics["logLoss"],
            CalibrationError = predictions.Reliability().CalibrationError,
            Temperature = temperature,
            CalibratedLogLoss = temperature is { } fitted ? predictions.LogLoss(fitted) : null,
            CalibratedError = temperature is { } chosen ? predictions.Reliability(chosen).CalibrationError : null,
            TestRows = data.Test.Count,
            Right = RightRows.Write(right),
            Training = trained.Cost,
            Experts = trained.Model.Experts,
            EvaluationSeconds = seconds,
            Trace = inference.Kind == InferenceKind.Merged ? trained.Trace : null,
            Finished = DateTimeOffset.UtcNow,
            Version = LibraryVersion,
        };
    }

    private sealed record Trained(ITrialModel Model, TrainingCost Cost, TrainingTrace? Trace);
}
