using System.CommandLine;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Finds out from a command line alone what training would refuse or not use.</summary>
internal static class CommandLineCheck
{
    /// <exception cref="UsageException">A trainer would not take the options; the message names the command line's.</exception>
    public static void RequireValid(AdaMixOptions options, TextTask task)
    {
        if (OptionsValidator.FindProblems(options, task).Found is { } found)
        {
            throw new UsageException(LibraryWords.Translate(found));
        }
    }

    /// <exception cref="UsageException">A trial of a study would not be trained.</exception>
    public static void RequireValid(IEnumerable<StudyTable> tables)
    {
        foreach (Variant variant in tables.SelectMany(table => table.Variants))
        {
            RequireValid(variant.Configuration.Options, TextTask.Multiclass);
        }
    }

    /// <exception cref="InvalidDataException">A trial of a study would not be trained on a data set.</exception>
    public static void RequireValid(StudyTable table, StudySetting setting, bool arePairs)
    {
        foreach (Variant variant in table.Variants)
        {
            AdaMixOptions options = variant.At(setting, 1).Options with { SecondTextColumnName = arePairs ? nameof(TaskRow.Pair) : null };
            if (OptionsValidator.FindProblems(options, TextTask.Multiclass).Found is { } found)
            {
                throw new InvalidDataException($"{setting.Data.Name}, {variant.Name}: {LibraryWords.Translate(found)}");
            }
        }
    }

    /// <summary>Loads libtorch and looks for the device, so that what is missing is said before anything is read.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded.</exception>
    /// <exception cref="InvalidOperationException">A GPU is asked for that is not there, or another libtorch was loaded.</exception>
    public static void RequirePlace(AdaMixOptions options)
    {
        LibTorch.EnsureLoaded(options.LibTorchFolder);
        TrainingDevices.Choose(options.Device);
    }

    /// <summary>Warns of options that were given and change nothing.</summary>
    /// <param name="given">The options that were given, as the library's errors name them.</param>
    /// <param name="options">All options.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="validates">Whether there are validation rows.</param>
    /// <param name="warn">Hears of them.</param>
    public static void WarnOfIdle(
        IEnumerable<string> given, AdaMixOptions options, TextTask task, bool validates, Action<string> warn)
    {
        foreach ((string _, string why) in OptionEffects.FindIdle(options, task, validates).IntersectBy(
            given, idle => idle.Option, StringComparer.Ordinal))
        {
            warn(LibraryWords.Translate(why));
        }
    }

    /// <summary>Warns of options that were given and change nothing with a model's task.</summary>
    public static void WarnOfIdle(
        ParseResult parsed, LabelledTask task, Option<string> separator, Option? ofProbabilities, Action<string> warn)
    {
        if (parsed.GetResult(separator) is { Implicit: false } && task is not MultiLabelTask)
        {
            warn($"{separator.Name} has no effect: it stands between the labels of a row, and the model's task is {task.Name}.");
        }

        if (ofProbabilities is not null && parsed.GetValue<object?>(ofProbabilities.Name) is not (null or false) && task is RegressionTask)
        {
            warn($"{ofProbabilities.Name} has no effect: a regression has no probabilities.");
        }
    }

    /// <summary>Warns of options that were given and change nothing in any trial of a study.</summary>
    public static void WarnOfIdle(IEnumerable<string> given, IEnumerable<StudyTable> tables, Action<string> warn)
    {
        TrialConfiguration[] trials = [.. tables.SelectMany(table => table.Variants).Select(variant => variant.Configuration)];
        foreach (string option in given)
        {
            string?[] reasons = [.. trials.Select(trial => OptionEffects.FindIdle(trial.Options, TextTask.Multiclass, trial.BestEpoch)
                .FirstOrDefault(idle => idle.Option == option).Why)];
            if (reasons.Length > 0 && reasons.All(reason => reason is not null))
            {
                warn(LibraryWords.Translate(reasons[0]!));
            }
        }
    }
}
