using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Says in ML.NET's log what becomes of rows without a label.</summary>
internal static class SelfTrainingLog
{
    /// <summary>How the line begins that says what a round takes.</summary>
    public const string Round = "Self-training, round ";

    private const int MostClasses = 20;
    private const int MostMissing = 5;

    // Beyond that what is guessed drowns what is known, and a round takes long.
    private const int MostForRow = 20;

    /// <summary>Says how many rows of which classes are trained on, and warns of classes without any and of far too many rows.</summary>
    public static void Takes(IChannel channel, int round, AdaMixOptions options, PreparedData data, Guess[] guesses)
    {
        string[] classes = ClassNames.Of(TextTask.Multiclass, data.Labels);
        Dictionary<int, int> found = guesses.CountBy(guess => guess.Label).ToDictionary();
        int[] counts = [.. classes.Select((_, label) => found.GetValueOrDefault(label))];
        string[] told =
        [
            .. classes.Zip(counts, (name, count) => (Name: name, Count: count)).Where(taken => taken.Count > 0)
                .Select(taken => FormattableString.Invariant($"{taken.Name} {taken.Count}")),
        ];
        channel.Info(
            MessageSensitivity.None,
            $"{Round}{round} of {options.SelfTrainingRounds}: trains on {guesses.Length} of "
            + $"{Counts.Of(data.Unlabelled!.Count, "row")} without a label too ({string.Join(", ", told.Take(MostClasses))}"
            + $"{(told.Length > MostClasses ? ", ..." : "")}).");
        HashSet<int> labelled = [.. data.Training.Targets.Select(target => (int)target)]; // a key may have more classes
        string[] missing = [.. classes.Where((_, label) => counts[label] == 0 && labelled.Contains(label))];
        if (missing.Length > 0)
        {
            string named = string.Join(", ", missing.Take(MostMissing).Select(name => Quoted.Of(name)));
            channel.Warning(
                MessageSensitivity.None,
                $"{Round}{round}: no row without a label was taken for {named}"
                + (missing.Length > MostMissing ? $" and {Counts.Of(missing.Length - MostMissing, "other class", "other classes")}" : "")
                + ". Such a class is trained on its own rows alone, among more of the others.");
        }

        if (guesses.Length > (long)MostForRow * data.Training.Count)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"{Round}{round}: {guesses.Length} guesses stand beside {Counts.Of(data.Training.Count, "row")} with a label. Fewer rows "
                + $"without a label, or a lower {nameof(AdaMixOptions.SelfTrainingShare)}, are faster and hardly worse.");
        }
    }

    /// <summary>Says why a round did not come to its end.</summary>
    public static void Diverged(IChannel channel, int round, DivergedException error) =>
        channel.Warning(MessageSensitivity.None, $"{Round}{round}: {error.Message}");

    /// <summary>Says that a round did not come to its end, or was not begun.</summary>
    public static void IsCut(IChannel channel, int round, int rounds, int kept) => channel.Warning(
        MessageSensitivity.None, $"{Round}{round} of {rounds} did not come to its end: the model is {Model(kept)}.");

    /// <summary>Says that a round before the last is the best one.</summary>
    public static void KeepsBest(IChannel channel, int kept, EvaluationResult best, EvaluationResult last) => channel.Warning(
        MessageSensitivity.None,
        FormattableString.Invariant($"The last round is not the best one on the validation rows: the model is {Model(kept)}, which has ")
        + FormattableString.Invariant($"{best.Metric:f4} there (loss {best.Loss:f4}), and the last round {last.Metric:f4} ")
        + FormattableString.Invariant($"(loss {last.Loss:f4}). {nameof(AdaMixOptions.KeepBestEpoch)} = false keeps the last one."));

    private static string Model(int round) =>
        round == 0 ? "that of the rows with a label alone" : FormattableString.Invariant($"that of round {round}");
}
