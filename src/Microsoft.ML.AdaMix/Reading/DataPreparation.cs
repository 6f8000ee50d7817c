using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading.Labels;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>
/// From a view to rows that can be trained on: columns are checked, rows read, validation rows set apart, classes weighed, targets scaled.
/// </summary>
/// <param name="options">Columns, lengths, validation, weights of classes.</param>
/// <param name="task">What the model says of a text.</param>
/// <param name="seed">Draws the rows that are held out.</param>
/// <param name="channel">For warnings.</param>
/// <param name="checkCanceled">Called for every row.</param>
internal sealed class DataPreparation(AdaMixOptions options, TextTask task, int seed, IChannel channel, Action checkCanceled)
{
    /// <param name="input">Rows to train on.</param>
    /// <param name="validationSet">Rows to evaluate on; null for none, or a fraction of the others.</param>
    public PreparedData Prepare(IDataView input, IDataView? validationSet)
    {
        LabelColumn label = LabelColumns.Create(task, TrainingColumns.Find(input.Schema, options).Label);
        LoadedEncoder encoder = options.Encoder.Load();
        TrainingTemplate? template = TrainingTemplate.Create(encoder, options, task, label.Keys);
        if (options.Template is { Demonstrations: > 0 })
        {
            template = template! with
            {
                Parts = 1 + DemonstrationCount.Of(
                    input, options, label, ClassNames.Of(task, label.Keys), validationSet is null ? options.ValidationFraction : 0, channel,
                    checkCanceled),
            };
        }

        TokenizerCheck.Warn(encoder, channel);
        RowTokenizer tokenizer = RowTokenizer.Create(encoder, options, channel, template);
        TrainingData Read(IDataView view, bool keepsUnlabelled = false) => TrainingData.Read(
            view, TrainingColumns.Find(view.Schema, options), label, tokenizer, keepsUnlabelled, checkCanceled);
        TrainingData data = Read(input, keepsUnlabelled: options.SelfTrainingRounds > 0);
        DataCheck.Check(data, task, options, channel);
        DataCheck.CheckLengths(data.Ids, "training rows", tokenizer, channel);
        (TrainingRows training, TrainingRows? validation) = validationSet is null
            ? HoldOut(data.ToRows(), options.ValidationFraction)
            : (data.ToRows(), RequireRows(Read(validationSet), tokenizer));
        if (validation is not null)
        {
            DataCheck.CheckSeen(training.Ids, validation.Ids, channel);
        }

        UnlabelledRows? unlabelled = data.Unlabelled?.Besides(training.Ids, validation?.Ids);
        if (unlabelled is not null)
        {
            DataCheck.CheckUnlabelled(data.WithoutLabel, data.Unlabelled!.Count, unlabelled.Count, options, channel);
            DataCheck.CheckLengths(unlabelled.Ids, "rows without a label", tokenizer, channel);
        }

        return Scale(Weigh(new PreparedData(encoder, tokenizer.Input, label.Keys, training, validation)
        {
            Words = template?.Words,
            Unlabelled = unlabelled is { Count: > 0 } ? unlabelled : null,
        }));
    }

    private TrainingRows RequireRows(TrainingData validation, RowTokenizer tokenizer)
    {
        DataCheck.CheckLengths(validation.Ids, "validation rows", tokenizer, channel);
        if (validation.WithoutLabel > 0)
        {
            channel.Warning(
                MessageSensitivity.None,
                Counts.Of(validation.WithoutLabel, "validation row is", "validation rows are")
                + " left out: without a label, or with one that training does not know.");
        }

        return validation.Ids.Count > 0
            ? validation.ToRows()
            : throw new InvalidOperationException(
                $"The validation data has no row with a known label in column '{options.LabelColumnName}'.");
    }

    private (TrainingRows Training, TrainingRows? Validation) HoldOut(TrainingRows rows, double fraction)
    {
        if (fraction == 0)
        {
            return (rows, null);
        }

        (TrainingRows training, TrainingRows heldOut) = StratifiedSplit.HoldOut(
            rows, hasClasses: task is TextTask.Multiclass or TextTask.Binary, fraction, seed);
        if (heldOut.Count == 0)
        {
            channel.Warning(
                MessageSensitivity.None,
                FormattableString.Invariant(
                    $"{Counts.Of(rows.Count, "row is", "rows are")} too few to hold out a share of {fraction} ")
                + $"({nameof(AdaMixOptions.ValidationFraction)}); training goes on without validation.");
            return (rows, null);
        }

        return (training, heldOut);
    }

    // Weights of classes become weights of their rows; those of labels go into the loss.
    private PreparedData Weigh(PreparedData data)
    {
        TrainingRows rows = data.Training;
        float[]? weights = LabelWeights.Compute(options.ClassWeights, task, data.Labels, rows.Targets);
        return weights is null ? data
            : task == TextTask.MultiLabel ? data with { LabelWeights = weights }
            : data with
            {
                Training = rows with { Weights = LabelWeights.Apply(rows.Weights, weights, rows.Targets) },
                ClassWeights = weights,
            };
    }

    private PreparedData Scale(PreparedData data)
    {
        if (task != TextTask.Regression)
        {
            return data;
        }

        TargetScaling scaling = TargetScaling.Measure(data.Training.Targets, options.LabelColumnName);
        return data with
        {
            Training = scaling.Scale(data.Training),
            Validation = data.Validation is null ? null : scaling.Scale(data.Validation),
            Scaling = scaling,
        };
    }
}
