using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Trainers.Starting;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.AdaMix.Training.Tasks;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>The part of a call of Fit that comes after reading: from prepared data to trained experts.</summary>
/// <param name="host">The trainer's.</param>
/// <param name="options">What to train, and how; with a number of epochs and one of experts.</param>
/// <param name="task">What the model says of a text.</param>
/// <param name="seed">Of all that is drawn.</param>
/// <param name="listener">Hears of progress, or null.</param>
/// <param name="checkCanceled">Called before every batch.</param>
internal sealed class PreparedRun(
    IHost host, AdaMixOptions options, TextTask task, int seed, IProgress<TrainingProgress>? listener, Action checkCanceled)
{
    /// <summary>Time that earlier trainings took, of which this one is a round: the longest time is of all of them.</summary>
    public TimeSpan Before { get; init; }

    /// <summary>Whether the model that was trained labels the rows without a label.</summary>
    public bool Labels { get; init; }

    /// <param name="data">What is trained on.</param>
    /// <param name="language">The encoder's masked-LM head, where there is a template; otherwise null.</param>
    /// <param name="channel">The log.</param>
    public FinishedRun Train(PreparedData data, LanguageHead? language, IChannel channel)
    {
        using IDisposable mode = inference_mode(false); // whatever the caller's is
        using DisposeScope scope = NewDisposeScope();
        TrainingSettings settings = TrainingSettings.From(options, data.Encoder.Config, seed) with
        {
            MaxTime = options.MaxTrainingTime - Before,
        };
        ITrainingTask learned = TrainingTasks.Create(task, data.Labels.Count, options.LabelSmoothing, data.LabelWeights);
        TrainingLog log = new(channel, learned.Metric, listener);
        if (language is not null)
        {
            data = new TemplateCompletion(options, seed, log, checkCanceled).Complete(data, language);
        }

        using TrainingCheckpoints? checkpoints = options.Checkpoints is { } written
            ? TrainingCheckpoints.Open(written, TrainingFacts.Of(options, settings, task, data), log.Warn)
            : null;
        ModelTraining training = new(options, settings, log, checkCanceled);
        using TunedClassifier model = training.Create(
            data.Encoder, learned.Outputs, checkpoints?.FoundPlace,
            language is null ? null : TemplateCompletion.Start(data, language));
        using OperatorThreads threads = OperatorThreads.Open(model.Encoder.Device);
        try
        {
            StepMemory.Check(model, learned, settings, data.Training.Ids, options, channel, threads.Count);
            TimeSpan? ofPairs = null;
            TrainingCheckpoints? kept = checkpoints;
            Evaluation evaluation = new(model, settings.EvaluationBatchSize, threads, checkCanceled);
            if (language is not null)
            {
                TemplateCompletion.Calibrate(model, data.Training, evaluation);
            }
            else if (options.StartFrom is null && checkpoints?.Found is null)
            {
                if (options.ContrastiveRounds > 0 && options.Method is not HeadOnlyTuning)
                {
                    ContrastiveStart pairs = new(options.ContrastiveRounds, settings, log, checkCanceled);
                    ofPairs = pairs.Apply(model, data.Training, threads);
                    kept = pairs.RanOutOfTime ? null : checkpoints;
                }

                if (options.HeadStart == HeadStart.Discriminant && task != TextTask.Regression)
                {
                    new DiscriminantStart(task, seed).Apply(model, data.Training, evaluation, threads, log);
                }
            }

            // A head that is not trained is in no checkpoint.
            if (options.StartFrom is { } file && (checkpoints?.Found is null || language is not null))
            {
                using StartingPoint point = StartingPoint.Open(host, file, options.Encoder);
                log.StartsFrom(file, new WarmStart(point, file, options).Apply(model, data, task));
            }

            TrainedEpochs trained = training.Train(model, data, learned, threads, kept, ofPairs);
            float[]? guesses = Labels && trained.IsWhole ? Guess(data.Unlabelled!, evaluation, log, checkpoints, trained) : null;
            Action check = options.ReturnWhenCanceled ? () => { } : checkCanceled; // one that was cancelled is completed all the same
            TrainedMixture mixture = new MixtureCompletion(
                host, options, task, new Evaluation(model, settings.EvaluationBatchSize, threads, check))
                .Complete(model, data, temperature =>
                {
                    if (options.CalibrateProbabilities && task != TextTask.Regression)
                    {
                        log.Calibrated(temperature);
                    }

                    return RecordedTraining.Create(options, data, seed, trained, learned.Metric, temperature?.Value);
                });
            return new FinishedRun(
                mixture, data.Words, data.Text,
                guesses is null ? null : Guesses.From(data.Unlabelled!, guesses, mixture.Training?.Temperature), trained);
        }
        catch
        {
            model.Tuning.Dispose();
            throw;
        }
    }

    // [rows, classes] of logits; null where it was cancelled and there is a model to return.
    private float[]? Guess(
        UnlabelledRows rows, Evaluation evaluation, TrainingLog log, TrainingCheckpoints? checkpoints, TrainedEpochs trained)
    {
        try
        {
            log.LabelsRows(rows.Count);
            return evaluation.Score(rows.Ids);
        }
        catch (OperationCanceledException) when (options.ReturnWhenCanceled)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            checkpoints?.ThrowCanceled(trained.Kept.Steps);
            throw;
        }
    }
}
