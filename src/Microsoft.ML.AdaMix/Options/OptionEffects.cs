using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>Options that change nothing beside the others. Trainers take them; who sets one by hand wants to hear of it.</summary>
internal static class OptionEffects
{
    /// <summary>The options without effect.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="validates">Whether there are validation rows.</param>
    /// <returns>Each by its path, as errors name it, with a sentence that says why.</returns>
    public static IReadOnlyList<(string Option, string Why)> FindIdle(AdaMixOptions options, TextTask task, bool validates)
    {
        MixtureOptions mixture = options.EffectiveMixture;
        List<(string, string)> idle =
        [
            .. OfMixture(mixture, options.Method), .. Described(options.Method, "Method."),
            .. options.LongTexts is { } windows ? Described(windows, "LongTexts.") : [],
        ];
        void Add(bool isIdle, string option, string reason)
        {
            if (isIdle)
            {
                idle.Add((option, $"{option} has no effect: {reason}."));
            }
        }

        bool regression = task == TextTask.Regression;
        bool dropsBelow = options.FrozenDropout && options.Dropout != 0;
        Add(regression, "Mixture.ConsistencyWeight", "a regression has no consistency term");
        Add(regression && mixture.ConsistencyWeight != 0, "Mixture.ConsistencyRampUp", "a regression has no consistency term");
        Add(regression && mixture.ConsistencyWeight != 0, "Mixture.Supervision", "a regression makes one pass a step");
        Add(
            mixture is { ExpertCount: > 1, ExpertsInTurn: 1 }, "Mixture.MergedSteps",
            "the experts share both projections or one of them is fixed, so that all steps train what is merged");
        foreach (string option in (string[])["Mixture.Experts", "Mixture.Routing"])
        {
            Add(
                mixture is { ExpertCount: > 1, Sharing: ExpertSharing.Both }, option,
                "the experts share both projections, so that all are the same");
        }

        Add(
            options.MicroBatchSize >= options.BatchSize, nameof(options.MicroBatchSize),
            $"{nameof(options.BatchSize)} is no more than it, so that a batch is one part");
        Add(!validates, nameof(options.KeepBestEpoch), "there are no validation rows, and the last epoch is kept in any case");
        Add(regression, nameof(options.CalibrateProbabilities), "a regression has no probabilities");
        Add(
            regression || options.Template is not null || options.StartFrom is not null, nameof(options.HeadStart),
            regression ? "the head of a regression starts from random weights"
            : options.Template is not null ? "with a template the head starts from the words of the classes"
            : $"the head starts from the file ({nameof(options.StartFrom)})");
        Add(
            options.Method is HeadOnlyTuning || options.Template is not null || options.StartFrom is not null,
            nameof(options.ContrastiveRounds),
            options.Method is HeadOnlyTuning ? $"the method {options.Method} tunes nothing that pairs could train"
            : options.Template is not null ? "a template has no new head"
            : $"training starts from the file ({nameof(options.StartFrom)})");
        Add(
            options.SelfTrainingRounds == 0, nameof(options.SelfTrainingShare),
            $"nothing is guessed without {nameof(options.SelfTrainingRounds)}");
        Add(
            options.Method.ChangesEmbeddings, nameof(options.FrozenDropout),
            $"the method {options.Method} tunes the encoder from its embeddings on, so that nothing stays frozen below");
        Add(
            options.Method.ChangesEmbeddings || (dropsBelow && !validates), nameof(options.FrozenCacheMegabytes),
            options.Method.ChangesEmbeddings ? $"the method {options.Method} tunes the encoder from its embeddings on"
            : "dropout acts below the first tuned layer, so that nothing there stays the same from step to step");
        Add(
            options.Template is { Verbalizers.Given: not null }, "Template.AutomaticWords", "the words are given (Template.Verbalizers)");
        return idle;
    }

    // Where a method has no mixture, that is the reason, and not the number of experts or the consistency, which nobody set.
    private static IEnumerable<(string Option, string Why)> OfMixture(MixtureOptions mixture, TuningMethod method)
    {
        IEnumerable<(string Option, string Why)> idle = Described(mixture, "Mixture.");
        return method.SupportsMixture ? idle : idle.Select(found => (
            found.Option,
            $"{found.Option} has no effect: the method {method.Name} has no mixture of experts"
            + (found.Option is "Mixture.Supervision" or "Mixture.ConsistencyRampUp"
                ? ", and without Mixture.ConsistencyWeight each step makes one pass." : ".")));
    }

    private static IEnumerable<(string Option, string Why)> Described(object options, string path) =>
        OptionDescription.For(options.GetType())
            .Select(option => (path + option.Name, option.WhyIdle(options, path)!))
            .Where(option => option.Item2 is not null);
}
