using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>One training of several: which one from 0, its options and rows, and how long the earlier ones took.</summary>
internal delegate FinishedRun TrainRound(int round, AdaMixOptions options, PreparedData data, TimeSpan before);

/// <summary>Trains, lets the model label the rows without a label, and trains anew on these too, as often as the options say.</summary>
/// <param name="options">With a number of rounds; epochs, experts and consistency may be open.</param>
/// <param name="train">Trains once.</param>
/// <param name="channel">The log.</param>
internal sealed class SelfTraining(AdaMixOptions options, TrainRound train, IChannel channel)
{
    /// <param name="labelled">What is trained on at first, and rows without a label.</param>
    public TrainedMixture Run(PreparedData labelled)
    {
        FinishedRun best = train(0, options, labelled, TimeSpan.Zero);
        try
        {
            int kept = 0;
            FinishedRun last = best; // whose guesses the next one trains on
            TimeSpan before = best.Trained.Kept.Elapsed;
            for (int round = 1; round <= options.SelfTrainingRounds; round++)
            {
                if (Train(round, last, labelled, before) is not { } next)
                {
                    SelfTrainingLog.IsCut(channel, round, options.SelfTrainingRounds, kept);
                    return best.Mixture;
                }

                before += next.Trained.Kept.Elapsed;
                bool isBetter = !options.KeepBestEpoch || best.Validation is not { } than || next.Validation!.Value.IsBetterThan(than);
                (isBetter ? best : next).Mixture.Dispose();
                (best, kept) = isBetter ? (next, round) : (best, kept);
                last = next;
            }

            if (kept < options.SelfTrainingRounds)
            {
                SelfTrainingLog.KeepsBest(channel, kept, best.Validation!.Value, last.Validation!.Value);
            }

            return best.Mixture;
        }
        catch
        {
            best.Mixture.Dispose();
            throw;
        }
    }

    // Null where training was cut or has diverged: then what there is from before is the model.
    private FinishedRun? Train(int round, FinishedRun last, PreparedData labelled, TimeSpan before)
    {
        if (last.Guesses is not { } guesses || before >= options.MaxTrainingTime)
        {
            return null;
        }

        try
        {
            PreparedData data = Join(round, last, labelled, guesses);
            FinishedRun next = train(round, Later(data), data, before);
            if (next.Trained.IsWhole)
            {
                return next;
            }

            next.Mixture.Dispose();
            return null;
        }
        catch (DivergedException error)
        {
            SelfTrainingLog.Diverged(channel, round, error);
            return null;
        }
        catch (OperationCanceledException) when (options.ReturnWhenCanceled)
        {
            return null;
        }
        catch (OperationCanceledException error) when (error is not TrainingCanceledException && options.Checkpoints is not null)
        {
            TrainingProgress done = last.Trained.Kept; // what is written of it
            throw new TrainingCanceledException(Path.GetFullPath(options.Checkpoints.Folder), done.Step, done.Steps);
        }
    }

    // What was guessed is sometimes wrong, so that two passes have to agree as strongly as on the rows with a label alone. As many epochs
    // as these have would be far too many steps on more rows.
    private AdaMixOptions Later(PreparedData data)
    {
        SelfTrainingRound round = data.Round!;
        string name = FormattableString.Invariant($"self-training-{round.Number}");
        return options with
        {
            Epochs = StepCount.Epochs((int)options.Steps(round.Labelled.Count), data.Training.Count, options.BatchSize),
            Mixture = options.EffectiveMixture.WithConsistency(options.ConsistencyFor(round.Labelled.Count)),
            Checkpoints = options.Checkpoints is not { FolderPerTraining: false } checkpoints ? options.Checkpoints
                : checkpoints with { Folder = Path.Combine(checkpoints.Folder, name) },
        };
    }

    // Words that were found for the classes stay.
    private PreparedData Join(int round, FinishedRun last, PreparedData labelled, Guesses guesses)
    {
        Guess[] surest = guesses.Surest(options.SelfTrainingShare);
        SelfTrainingLog.Takes(channel, round, options, labelled, surest);
        return labelled with
        {
            Training = guesses.Behind(labelled.Training, surest, labelled.ClassWeights, labelled.Encoder.Config.VocabularySize),
            Round = new SelfTrainingRound(round, labelled.Training, options.EpochsFor(labelled.Training.Count)),
            Words = last.Words,
            Text = last.Text,
        };
    }
}
