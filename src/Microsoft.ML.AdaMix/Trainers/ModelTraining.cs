using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.AdaMix.Training.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Puts encoder, method and head together and trains what is tuned.</summary>
/// <param name="options">What to train, and how.</param>
/// <param name="settings">The same, resolved against the encoder.</param>
/// <param name="log">Hears of it.</param>
/// <param name="checkCanceled">Called before every batch.</param>
internal sealed class ModelTraining(AdaMixOptions options, TrainingSettings settings, TrainingLog log, Action checkCanceled)
{
    /// <summary>A model with new weights. The caller disposes it, and its tuning too where nobody takes it over.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="outputs">Outputs of the head.</param>
    /// <param name="place">Where an earlier run computed from which this one goes on; null for none.</param>
    /// <param name="masked">The head on a template's masks to start from, and which tokens it reads; null for a new head.</param>
    public TunedClassifier Create(
        LoadedEncoder encoder, int outputs, TrainingPlace? place, (HeadWeights Head, MaskedTokens Tokens)? masked = null)
    {
        Device device = TrainingDevices.Choose(options.Device);
        ScalarType precision = PrecisionOf(place, device) ?? MachinePrecision.Choose(options.Precision, device);
        MixtureOptions mixture = options.EffectiveMixture;
        using Generator generator = new(RandomSource.For(settings.Seed, "weights").NextUInt64(), CPU);
        ITuningModule tuning = options.Method.Create(new MethodContext(encoder, mixture.ExpertCount, mixture.Sharing, generator, device));
        try
        {
            double dropout = options.Dropout ?? encoder.Config.ClassifierDropout ?? encoder.Config.HiddenDropout;
            return new TunedClassifier(
                new FrozenEncoder(encoder, device, precision, MachinePrecision.States(precision, device)) { Masked = masked?.Tokens },
                tuning,
                masked is { } start
                    ? new MaskedLanguageHead(
                        encoder.Config, start.Head, device, options.Template!.TrainsHeadWith(options.Method))
                    : new ClassificationHead(encoder, outputs, dropout, generator, device),
                mixture)
            {
                Combination = options.LongTexts?.Combine ?? default,
            };
        }
        catch
        {
            tuning.Dispose();
            throw;
        }
    }

    /// <summary>Trains in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">What it is trained on.</param>
    /// <param name="task">Says what the losses are.</param>
    /// <param name="threads">They compute.</param>
    /// <param name="checkpoints">From where it goes on, and where it writes how far it is; null for neither.</param>
    /// <param name="ofPairs">Time that pairs took before, which counts as training's; null where there were none.</param>
    public TrainedEpochs Train(
        TunedClassifier model, PreparedData data, ITrainingTask task, OperatorThreads threads, TrainingCheckpoints? checkpoints,
        TimeSpan? ofPairs)
    {
        TrainingPlace place = new($"{model.Encoder.Device.type}", $"{model.Encoder.Precision}");
        log.Begin(data, model, options.Method, settings);
        log.GoesOn(checkpoints, place);
        if (checkpoints is not null)
        {
            checkpoints.Place = place;
        }

        TrainingLoop loop = new(model, task, settings, threads, log.Report, checkCanceled)
        {
            Checkpoints = checkpoints,
            OfPairs = ofPairs,
        };
        TrainedEpochs trained = loop.Run(data.Training, data.Validation);
        if (loop.RanOutOfTime)
        {
            log.RanOutOfTime(options.MaxTrainingTime!.Value, isRound: data.Guessed > 0, goesOn: checkpoints is not null);
        }

        return trained;
    }

    // What was measured then counts, so that the bits are those of one run.
    private static ScalarType? PrecisionOf(TrainingPlace? place, Device device) =>
        place?.Device == $"{device.type}" && Enum.TryParse(place.Precision, out ScalarType precision) ? precision : null;
}
