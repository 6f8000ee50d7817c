using Microsoft.ML.AdaMix.Reading;
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
        FinishedRun last = train(0, options, labelled, TimeSpan.Zero);
        TimeSpan before = last.Elapsed;
        for (int round = 1; round <= options.SelfTrainingRounds; round++)
        {
            if (TryTrain(round, last, labelled, before) is not { } next)
            {
                SelfTrainingLog.KeepsRoundBefore(channel, round, options.SelfTrainingRounds);
                break;
            }

            last.Mixture.Dispose();
            before += next.Elapsed;
            last = next;
        }

        return last.Mixture;
    }

    // Null where training was cut: then the model from before is what there is.
    private FinishedRun? TryTrain(int round, FinishedRun last, PreparedData labelled, TimeSpan before)
    {
        if (last.Guesses is not { } guesses || before >= options.MaxTrainingTime)
        {
            return null;
        }

        try
        {
            FinishedRun next = train(round, Later(round, labelled.Training.Count), Join(round, last.Data, labelled, guesses), before);
            if (!next.IsWhole)
            {
                next.Mixture.Dispose();
            }

            return next.IsWhole ? next : null;
        }
        catch (OperationCanceledException) when (options.ReturnWhenCanceled)
        {
            return null;
        }
        catch
        {
            last.Mixture.Dispose();
            throw;
        }
    }

    // What was guessed is sometimes wrong, so that two passes have to agree as strongly as on the rows with a label alone.
    private AdaMixOptions Later(int round, int labelled) => options with
    {
        Mixture = options.EffectiveMixture.WithConsistency(options.ConsistencyFor(labelled)),
        Checkpoints = options.Checkpoints is not { FolderPerTraining: false } checkpoints ? options.Checkpoints
            : checkpoints with { Folder = Path.Combine(checkpoints.Folder, FormattableString.Invariant($"self-training-{round}")) },
    };

    // Words that were found for the classes stay.
    private PreparedData Join(int round, PreparedData trained, PreparedData labelled, Guesses guesses)
    {
        Guess[] surest = guesses.Surest(options.SelfTrainingShare);
        SelfTrainingLog.Takes(channel, round, options, labelled, surest);
        return labelled with
        {
            Training = guesses.Behind(labelled.Training, surest, labelled.ClassWeights, labelled.Encoder.Config.VocabularySize),
            Unlabelled = round < options.SelfTrainingRounds ? labelled.Unlabelled : null,
            Guessed = surest.Length,
            Words = trained.Words,
            Text = trained.Text,
        };
    }
}
