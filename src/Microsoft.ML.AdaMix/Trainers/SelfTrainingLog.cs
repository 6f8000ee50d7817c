using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Says in ML.NET's log what becomes of rows without a label.</summary>
internal static class SelfTrainingLog
{
    /// <summary>How the line begins that says what a round takes.</summary>
    public const string Round = "Self-training, round ";

    private const int MostClasses = 20;

    // Beyond that what is guessed drowns what is known, and a round takes long.
    private const int MostForRow = 20;

    /// <summary>Says how many rows of which classes are trained on, and warns of classes without any and of far too many rows.</summary>
    public static void Takes(IChannel channel, int round, AdaMixOptions options, PreparedData data, Guess[] guesses)
    {
        string[] classes = ClassNames.Of(TextTask.Multiclass, data.Labels);
        int[] counts = [.. classes.Select((_, label) => guesses.Count(guess => guess.Label == label))];
        IEnumerable<string> told = classes.Zip(counts, (name, count) => FormattableString.Invariant($"{name} {count}")).Take(MostClasses);
        channel.Info(
            MessageSensitivity.None,
            $"{Round}{round} of {options.SelfTrainingRounds}: trains on {guesses.Length} of "
            + $"{Counts.Of(data.Unlabelled!.Count, "row")} without a label too ({string.Join(", ", told)}"
            + $"{(classes.Length > MostClasses ? ", ..." : "")}).");
        string[] missing = [.. classes.Where((_, label) => counts[label] == 0)];
        if (missing.Length > 0)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"{Round}{round}: no row without a label was taken for {Quoted.Of(missing[0])}"
                + (missing.Length > 1 ? $" and {Counts.Of(missing.Length - 1, "other class", "other classes")}" : "")
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

    /// <summary>Says that a round did not come to its end, or was not begun.</summary>
    public static void KeepsRoundBefore(IChannel channel, int round, int rounds) => channel.Warning(
        MessageSensitivity.None,
        $"{Round}{round} of {rounds} did not come to its end: "
        + (round == 1 ? "the model knows the rows with a label alone." : "the model is that of the round before."));
}
