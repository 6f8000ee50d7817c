using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>Checks options against their descriptions, and what several of them have to do with each other.</summary>
internal static class OptionsValidator
{
    /// <exception cref="ArgumentException">One or more options are not valid; the message lists all of them.</exception>
    public static void Validate(AdaMixOptions options, TextTask task = TextTask.Multiclass)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionProblems problems = new();
        problems.RequireDescribed(options);
        options.Method?.FindProblems(problems);
        if (options.Mixture is { } mixture)
        {
            Check(mixture, options.Method, problems);
        }

        string[] outputs =
        [
            .. new[]
            {
                options.PredictedLabelColumnName, options.ScoreColumnName, task == TextTask.Binary ? options.ProbabilityColumnName : null,
                options.LogitsColumnName, options.EmbeddingColumnName,
            }.OfType<string>(),
        ];
        bool differ = outputs.Distinct(StringComparer.Ordinal).Count() == outputs.Length;
        problems.Require(differ, "The list of output columns", string.Join(", ", outputs), "different names");
        if (task == TextTask.Regression)
        {
            problems.Require(
                options.ClassWeights is null || options.ClassWeights.Equals(ClassWeights.None),
                nameof(options.ClassWeights), "set", "ClassWeights.None for regression, which has no classes");
            problems.Require(
                options.LabelSmoothing == 0,
                nameof(options.LabelSmoothing), options.LabelSmoothing, "0 for regression, which has no classes");
        }

        problems.ThrowIfAny(nameof(options));
    }

    /// <summary>Says what is wrong with a mixture for a method.</summary>
    public static void Check(MixtureOptions mixture, TuningMethod? method, OptionProblems problems)
    {
        problems.RequireDescribed(mixture, "Mixture.");
        problems.Require(
            mixture.Experts == 1 || method?.SupportsMixture != false,
            "Mixture.Experts", mixture.Experts, $"1, since the method {method} has no weights of which experts can be averaged");
        problems.Require(
            mixture.FixedExpert < Math.Max(1, mixture.Experts),
            "Mixture.FixedExpert", mixture.FixedExpert, "0 up to and without Mixture.Experts");
    }
}
