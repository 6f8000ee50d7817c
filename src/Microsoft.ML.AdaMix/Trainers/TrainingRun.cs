using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Trainers.Starting;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>One call of Fit, from a view to trained experts: prepare, train, complete.</summary>
/// <param name="host">The trainer's.</param>
/// <param name="options">What to train, and how.</param>
/// <param name="task">What the model says of a text.</param>
/// <param name="seed">Of all that is drawn.</param>
/// <param name="listener">Hears of progress, or null.</param>
/// <param name="cancellation">Stops the training.</param>
internal sealed class TrainingRun(
    IHost host, AdaMixOptions options, TextTask task, int seed, IProgress<TrainingProgress>? listener, CancellationToken cancellation)
{
    /// <param name="input">Rows to train on.</param>
    /// <param name="validationSet">Rows on which each epoch is judged; null for none, or a fraction of the others.</param>
    /// <exception cref="InsufficientMemoryException">There is too little memory; all that was taken is free again.</exception>
    public TrainedMixture Run(IDataView input, IDataView? validationSet)
    {
        try
        {
            return Train(input, validationSet);
        }
        catch (Exception error) when (MemoryShortage.Is(error))
        {
            // What was being made when it failed is nobody's, and freed by finalisation.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            throw Named(error, options, MemoryShortage.IsOfCard(error) ? TrainingDevices.Choose(options.Device) : null);
        }
    }

    /// <summary>The error that names a shortage of memory, and what helps: the process's memory, or a card's.</summary>
    internal static Exception Named(Exception shortage, AdaMixOptions options, Device? card) => card is null
        ? MemoryShortage.Named("for this training", $"{ProcessMemory.Describe()} {StepMemory.Remedy(options)}", shortage)
        : MemoryShortage.Named(
            $"for this training on {card}",
            StepMemory.Remedy(options, $"set Device to another card or to {TrainingDevice.Cpu}, or end what else uses the card"),
            shortage);

    private TrainedMixture Train(IDataView input, IDataView? validationSet)
    {
        using IChannel channel = host.Start("Training");
        OutputSchema.Create(HostInternals.Shape(input.Schema), options, task);
        LibTorch.EnsureLoaded(options.LibTorchFolder);
        TrainingDevices.Choose(options.Device); // said before the data is read
        if (options.StartFrom is { } file)
        {
            StartingPoint.Require(file); // said before the data is read
        }

        if (options.Checkpoints is { } checkpoint)
        {
            WriteCheck.Folder(Path.GetFullPath(checkpoint.Folder));
        }

        LanguageHead? language = options.Template is null ? null : options.Encoder.ReadLanguageHead(); // said before the data is read
        PreparedData data = new DataPreparation(options, task, seed, channel, CheckCanceled).Prepare(input, validationSet);
        MixtureOptions mixture = options.EffectiveMixture;
        if (mixture.Experts is null && options.StartFrom is { } start && StartingPoint.CountExperts(start) is { } experts)
        {
            mixture = mixture with { Experts = experts };
        }

        if (task == TextTask.Regression)
        {
            mixture = mixture.WithConsistency(MixtureOptions.UsualConsistency); // without effect, and the same for all rows
        }

        AdaMixOptions known = options with { Mixture = mixture };
        FinishedRun TrainRound(int round, AdaMixOptions own, PreparedData rows, TimeSpan before)
        {
            int count = rows.Training.Count;
            TrainingLog.SayEpochs(channel, own, count);
            TrainingLog.SayExperts(channel, own.EffectiveMixture, own.Steps(count));
            TrainingLog.SayConsistency(channel, own, count);
            if (round == 0)
            {
                DataCheck.CheckSteps(count, own.EffectiveMixture, own, channel); // later there are more rows, and not fewer steps
            }

            IProgress<TrainingProgress>? hears = listener is null || data.Unlabelled is null
                ? listener
                : new RoundProgress(listener, round, options.SelfTrainingRounds, before);
            PreparedRun run = new(host, own.For(count), task, seed, hears, CheckCanceled)
            {
                Before = before,
                Labels = rows.Unlabelled is not null && round < options.SelfTrainingRounds,
            };
            return run.Train(rows, language, channel);
        }

        return data.Unlabelled is null
            ? TrainRound(0, known, data, TimeSpan.Zero).Mixture
            : new SelfTraining(known, TrainRound, channel).Run(data);
    }

    private void CheckCanceled()
    {
        cancellation.ThrowIfCancellationRequested();
        HostInternals.ThrowIfCanceled(host);
    }
}
