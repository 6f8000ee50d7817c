using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Options behind a method's name, as in <c>full:learning-rate=5e-5:epochs=20</c>: what one variant of a study has of its own.
/// </summary>
internal static class VariantOptions
{
    // Options of a training that are no matter of the study as a whole: its rows, columns, encoder, seed and machine.
    private static readonly string[] OfTraining =
    [
        nameof(AdaMixOptions.Epochs), nameof(AdaMixOptions.BatchSize), nameof(AdaMixOptions.LearningRate),
        nameof(AdaMixOptions.WeightDecay), nameof(AdaMixOptions.Beta1), nameof(AdaMixOptions.Beta2), nameof(AdaMixOptions.Epsilon),
        nameof(AdaMixOptions.WarmupRatio), nameof(AdaMixOptions.MaxGradientNorm), nameof(AdaMixOptions.Dropout),
        nameof(AdaMixOptions.FrozenDropout), nameof(AdaMixOptions.LabelSmoothing), nameof(AdaMixOptions.MaxLength),
        nameof(AdaMixOptions.HeadStart), nameof(AdaMixOptions.ContrastiveRounds),
        nameof(AdaMixOptions.SelfTrainingRounds), nameof(AdaMixOptions.SelfTrainingShare),
    ];

    /// <summary>Stands between several values of one option, since commas stand between variants.</summary>
    public const char Between = '+';

    /// <summary>A configuration with some options set.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="assignments">Each <c>name=value</c>, or the name of a flag alone.</param>
    /// <param name="variant">What errors call it.</param>
    /// <exception cref="UsageException">There is no such option, it stands twice, or it does not take the value.</exception>
    public static TrialConfiguration Apply(TrialConfiguration configuration, IEnumerable<string> assignments, string variant)
    {
        AdaMixOptions options = configuration.Options with { };
        TuningMethod method = configuration.Method with { };
        MixtureOptions mixture = configuration.Mixture with { };
        (object Owner, OptionDescription Option)[] known =
        [
            .. Options(method), .. Options(mixture),
            .. Options(options).Where(option => OfTraining.Contains(option.Option.Name, StringComparer.Ordinal)),
        ];
        string[] names = [.. known.Select(option => option.Option.CommandLineName[2..])];
        HashSet<int> done = [];
        foreach (string assignment in assignments)
        {
            string[] parts = assignment.Split('=', 2, StringSplitOptions.TrimEntries);
            int index = Array.IndexOf(names, parts[0].TrimStart('-'));
            if (index < 0)
            {
                throw new UsageException(
                    $"'{variant}' sets '{parts[0]}'; expected some of {string.Join(", ", names.Order(StringComparer.Ordinal))}."
                    + Suggestion.For(parts[0], names));
            }

            if (!done.Add(index))
            {
                throw new UsageException($"'{variant}' sets {names[index]} twice; expected it once.");
            }

            (object owner, OptionDescription option) = known[index];
            object? value = Value(option, owner, parts);
            if (value is null || !option.Accepts(value))
            {
                throw new UsageException(
                    $"'{variant}' sets {names[index]} to '{parts.ElementAtOrDefault(1)}'; expected {Allowed(option)}.");
            }

            option.Set(owner, value);
        }

        AdaMixOptions set = options with { Method = method, Mixture = mixture };
        RequireEffect(set, [.. done.Select(index => Path(known[index].Owner, known[index].Option))], variant);
        return configuration with { Options = set };
    }

    // As the library's messages name it.
    private static string Path(object owner, OptionDescription option) =>
        owner switch { TuningMethod => "Method.", MixtureOptions => "Mixture.", _ => "" } + option.Name;

    private static void RequireEffect(AdaMixOptions options, string[] set, string variant)
    {
        foreach ((string path, string why) in OptionEffects.FindIdle(options, TextTask.Multiclass, validates: true))
        {
            if (set.Contains(path, StringComparer.Ordinal))
            {
                throw new UsageException($"'{variant}': {LibraryWords.Translate(why)} Expected is '{variant}' without it.");
            }
        }
    }

    private static object? Value(OptionDescription option, object owner, string[] parts) =>
        parts.Length == 2
            ? OptionText.Parse(option.Type, option.TakesSeveral ? parts[1].Replace(Between, ',') : parts[1])
            : option.Get(owner) is bool initial ? !initial : null;

    private static string Allowed(OptionDescription option) => option.Type == typeof(bool)
        ? $"{option.CommandLineName[2..]} alone, or true or false"
        : option.TakesSeveral ? $"some of {string.Join(", ", option.Values.Select(OptionText.Write))}, with {Between} between them"
        : option.Values.Count > 0 ? Words.List(option.Values.Select(OptionText.Write)) : option.AllowedText;

    private static IEnumerable<(object Owner, OptionDescription Option)> Options(object owner) =>
        OptionDescription.For(owner.GetType()).Where(option => option.IsOnCommandLine).Select(option => (owner, option));
}
