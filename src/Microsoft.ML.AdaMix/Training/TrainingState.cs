using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Resuming;
using TorchSharp;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>All that changes while a training goes on, and where it is: between two steps this is the training.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly RandomSource _shuffling;
    private readonly TokenTable _rows;
    private readonly int _batchSize;
    private readonly bool _keepsBest;
    private ulong _epochStart; // the state of shuffling before the epoch's batches were drawn

    public TrainingState(
        TunedClassifier model, TrainingSettings settings, TokenTable rows, int steps, TimeSpan ofPairs, Action<TrainingProgress> report)
    {
        (_rows, _batchSize, _keepsBest) = (rows, settings.BatchSize, settings.KeepBestEpoch);
        _shuffling = RandomSource.For(settings.Seed, "shuffling");
        _epochStart = _shuffling.State;
        Draws = RandomDraws.Create(model, settings);
        Parameters = new FlatParameters(model.Parameters, model.Encoder.States);
        Optimizer = new AdamW(Parameters, settings.Optimizer.AdamW);
        Best = new BestEpoch(Parameters, settings.KeepBestEpoch);
        Losses = LossQueue.For(model.Encoder.Device);
        Meter = new ProgressMeter(settings.Epochs, steps, model.CountParameters(), settings.KeepBestEpoch, report) { OfPairs = ofPairs };
    }

    public RandomDraws Draws { get; }

    public FlatParameters Parameters { get; }

    public AdamW Optimizer { get; }

    public BestEpoch Best { get; }

    public LossQueue Losses { get; }

    public ProgressMeter Meter { get; }

    /// <summary>The running epoch, from 1; after the last one, one more.</summary>
    public int Epoch { get; private set; } = 1;

    /// <summary>Batches of the running epoch that are done.</summary>
    public int Batch { get; private set; }

    /// <summary>Whether nothing is left to train.</summary>
    public bool IsFinished { get; set; }

    /// <summary>Epochs that were trained, at least in part.</summary>
    public int Epochs => Batch > 0 ? Epoch : Ended;

    /// <summary>The epoch whose weights the model gets at the end.</summary>
    public int KeptEpoch => _keepsBest && Best.Result is not null ? Ended - Best.EpochsSince : Epochs;

    private int Ended => Epoch - 1;

    /// <summary>Draws the running epoch's batches.</summary>
    public int[][] DrawBatches()
    {
        _shuffling.State = _epochStart;
        if (Batch == 0)
        {
            Meter.BeginEpoch(Epoch);
        }

        return Batching.Shuffle(_rows, _batchSize, _shuffling);
    }

    /// <summary>A batch is done.</summary>
    public void EndBatch(int rows)
    {
        Meter.Add(rows);
        Batch++;
    }

    /// <summary>The losses of all steps are in the meter.</summary>
    public void ReadLosses() => Meter.Add(Losses.Read());

    /// <summary>The running epoch is over, evaluated or not.</summary>
    public void EndEpoch(EvaluationResult? evaluation)
    {
        ReadLosses();
        if (evaluation is { } result)
        {
            Best.Offer(result);
        }

        Meter.EndEpoch(evaluation, evaluation is null ? null : Epoch - Best.EpochsSince);
        Epoch++;
        Batch = 0;
        _epochStart = _shuffling.State;
    }

    /// <summary>A copy of all of it in host memory.</summary>
    public TrainingSnapshot Take()
    {
        ReadLosses();
        return new TrainingSnapshot
        {
            Place = new TrainingPosition
            {
                Epoch = Epoch,
                Batch = Batch,
                Steps = Meter.Step,
                IsFinished = IsFinished,
                Shuffling = _epochStart,
                Routing = Draws.Routes.State,
                Masks = Draws.Masks.State,
                BestMetric = Best.Result?.Metric,
                BestLoss = Best.Result?.Loss,
                EpochsSinceBest = Best.EpochsSince,
                OptimizerSteps = [.. Optimizer.Steps],
            },
            History = Meter.History,
            Weights = Parameters.Values.ToHost(),
            Mean = Optimizer.Mean.ToHost(),
            Square = Optimizer.Square.ToHost(),
            Best = Best.ToHost(),
        };
    }

    /// <summary>Goes on from a copy.</summary>
    /// <exception cref="InvalidDataException">It is of another training.</exception>
    public void Restore(TrainingSnapshot snapshot)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        TrainingPosition place = snapshot.Place;
        if (snapshot.Weights.Count != Parameters.Values.numel() || place.OptimizerSteps.Count != Parameters.Parameters.Count
            || place.Batch > StepCount.OfEpoch(_rows.Count, _batchSize))
        {
            throw new InvalidDataException(
                $"The checkpoint of step {place.Steps} has {snapshot.Weights.Count} trained numbers in {place.OptimizerSteps.Count} "
                + $"tensors; this training has {Parameters.Values.numel()} in {Parameters.Parameters.Count}. It is of another version, or "
                + "damaged.");
        }

        torch.Device device = Parameters.Values.device;
        Parameters.Set(snapshot.Weights.ToTorch(device));
        Optimizer.Restore(snapshot.Mean.ToTorch(device), snapshot.Square.ToTorch(device), place.OptimizerSteps);
        Best.Resume(place.Best, place.EpochsSinceBest, snapshot.Best);
        Meter.Restore(snapshot.History, place.Epoch);
        (Epoch, Batch, _epochStart, IsFinished) = (place.Epoch, place.Batch, place.Shuffling, place.IsFinished);
        Draws.Routes.State = place.Routing;
        Draws.Masks.State = place.Masks;
        Losses.Skip(place.Steps);
    }

    public void Dispose()
    {
        Losses.Dispose();
        Best.Dispose();
        Optimizer.Dispose();
        Parameters.Dispose();
    }
}
