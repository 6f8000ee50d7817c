using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Options of the library's training, by the names of its properties.</summary>
internal sealed class TrainingArguments(AdaMixOptions defaults, params IReadOnlyCollection<string> properties)
{
    /// <summary>How training goes.</summary>
    public static readonly string[] OfTraining =
    [
        .. OfStudy, nameof(AdaMixOptions.Beta1), nameof(AdaMixOptions.Beta2), nameof(AdaMixOptions.Epsilon),
        nameof(AdaMixOptions.MaxGradientNorm),
        nameof(AdaMixOptions.LabelSmoothing), nameof(AdaMixOptions.FrozenCacheMegabytes),
    ];

    private readonly IReadOnlyList<LibraryOption> _options = LibraryOption.From(defaults, properties);

    /// <summary>Those of them that a study varies or fixes.</summary>
    public static string[] OfStudy =>
    [
        nameof(AdaMixOptions.Epochs), nameof(AdaMixOptions.BatchSize), nameof(AdaMixOptions.LearningRate),
        nameof(AdaMixOptions.WeightDecay),
        nameof(AdaMixOptions.WarmupRatio), nameof(AdaMixOptions.Dropout), nameof(AdaMixOptions.MaxLength),
        nameof(AdaMixOptions.FrozenDropout), nameof(AdaMixOptions.HeadStart), nameof(AdaMixOptions.ContrastiveRounds),
        nameof(AdaMixOptions.MicroBatchSize), nameof(AdaMixOptions.GradientCheckpointing), nameof(AdaMixOptions.Precision),
        nameof(AdaMixOptions.Device), nameof(AdaMixOptions.LibTorchFolder),
    ];

    public IEnumerable<Option> All => _options.Select(option => option.Option);

    /// <summary>The options of a property.</summary>
    public Option this[string property] => _options.Single(option => option.Property == property).Option;

    /// <summary>The options that were given, as the library's errors name them.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => LibraryOption.Given(_options, parsed);

    /// <summary>The options with what is set.</summary>
    public AdaMixOptions Read(ParseResult parsed, AdaMixOptions options)
    {
        AdaMixOptions set = options with { };
        foreach (LibraryOption option in _options)
        {
            option.Apply(parsed, set);
        }

        return set;
    }
}
