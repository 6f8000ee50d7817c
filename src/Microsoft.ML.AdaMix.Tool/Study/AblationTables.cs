using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>The ablations of the paper's section 4 and figures 5 and 7, as variants of one default.</summary>
internal sealed class AblationTables
{
    /// <summary>Random routes whose mean table 7 shows.</summary>
    public const int RoutesOfTable7 = 8;

    /// <summary>Random routes that figure 5 shows.</summary>
    public const int RoutesOfFigure5 = 24;

    /// <summary>Routes whose logits are averaged.</summary>
    public const int RoutesOfEnsemble = 8;

    public static readonly string[] Names = ["table7", "table8", "table9", "table10", "table11", "figure5", "figure7", RecipeTable.Name];

    private static readonly int[] ExpertCounts = [1, 2, 4, 8, 16];
    private static readonly int[] Widths = [8, 16, 32, 64];

    private readonly TrialConfiguration _published;
    private readonly Variant _default;

    /// <param name="published">The published mixture on the chosen method, without data, rows and seed.</param>
    public AblationTables(TrialConfiguration published)
    {
        _published = published;
        _default = Merged("AdaMix", published);
    }

    /// <summary>The tables of a name (the recipe has two), all of them for "all".</summary>
    public IReadOnlyList<StudyTable> Find(string name) => [.. (name == "all" ? Names : [name]).SelectMany(Tables)];

    private IReadOnlyList<StudyTable> Tables(string name) =>
        name == RecipeTable.Name ? RecipeTable.Create(_published) : [Table(name)];

    private StudyTable Table(string name) => name switch
    {
        "table7" => Table7(),
        "table8" => Table8(),
        "table9" => new(
            name, "Number of experts (table 9)", "Everything else as published.",
            [.. ExpertCounts.Select(count => count == _published.Mixture.Experts
                ? _default with { Name = $"{Counts.Of(count, "expert")} (AdaMix)" }
                : Merged(Counts.Of(count, "expert"), WithMixture(mixture => mixture with { Experts = count })))],
            Array.IndexOf(ExpertCounts, _published.Mixture.Experts)),
        "table10" => Table10(),
        "table11" => new(
            name, "What the experts share (table 11)",
            "The down projection maps hidden states to the bottleneck, the up projection back; of LoRA, A is down and B is up.",
            [
                _default with { Name = "share up (AdaMix)" },
                Merged("share down", WithMixture(mixture => mixture with { Sharing = ExpertSharing.Down })),
                Merged("share none", WithMixture(mixture => mixture with { Sharing = ExpertSharing.None })),
                Merged("share both", WithMixture(mixture => mixture with { Sharing = ExpertSharing.Both })),
            ]),
        "figure5" => new(
            name, "Random routes against the merged model (figure 5)",
            $"{RoutesOfFigure5} random routes, each the same for all texts, of every trained mixture, against the merged model of the "
            + "same mixture.",
            [_default with { Name = "merged (AdaMix)" },
                _default with { Name = $"{RoutesOfFigure5} random routes, mean", Inferences = InferenceMode.Routes(RoutesOfFigure5) }]),
        "figure7" => Figure7(),
        _ => throw new ArgumentException($"The table '{name}' is unknown; known are {string.Join(", ", Names)} and all."),
    };

    private StudyTable Table7() => new(
        "table7", "Merging against routing at prediction (table 7)",
        $"The same trained mixtures throughout; only prediction differs. A random route: mean of {RoutesOfTable7} routes, each the same "
        + $"for all texts. Fixed: mean over the experts. Ensemble: logits averaged over {RoutesOfEnsemble} random routes, which costs "
        + $"{RoutesOfEnsemble} times as much.",
        [
            _default with { Name = "merged (AdaMix)" },
            _default with { Name = "random route", Inferences = InferenceMode.Routes(RoutesOfTable7) },
            _default with { Name = "random route for each text", Inferences = [new(InferenceKind.RandomExample)] },
            _default with { Name = "random expert for each token", Inferences = [new(InferenceKind.RandomToken)] },
            _default with { Name = "fixed expert",
                Inferences = [
                    .. Enumerable.Range(0, _published.Mixture.ExpertCount).Select(
                        expert => new InferenceMode(InferenceKind.Expert, expert))] },
            _default with { Name = "ensemble of logits", Inferences = [new(InferenceKind.Ensemble, RoutesOfEnsemble)] },
        ]);

    private StudyTable Table8()
    {
        int? epochs = _published.Options.Epochs;
        string twice = epochs is null ? "epochs" : $"epochs, {2 * epochs}";
        string with = epochs is null ? "" : $" with {epochs}";
        TrialConfiguration withoutConsistency = WithMixture(mixture => mixture with { ConsistencyWeight = 0 });
        TrialConfiguration withoutSharing = WithMixture(mixture => mixture with { Sharing = ExpertSharing.None });
        TrialConfiguration withoutBoth = WithMixture(mixture => mixture with { ConsistencyWeight = 0, Sharing = ExpertSharing.None });
        return new StudyTable(
            "table8", "Consistency and sharing (table 8)",
            $"Without consistency a step makes one pass instead of two and costs about half. The last two rows therefore train twice the "
            + $"{twice}: about the time that AdaMix takes{with}.",
            [
                _default,
                Merged("without consistency", withoutConsistency),
                Merged("without sharing", withoutSharing),
                Merged("without both", withoutBoth),
                Merged("without consistency, same time", withoutConsistency) with { EpochsFactor = 2 },
                Merged("without both, same time", withoutBoth) with { EpochsFactor = 2 },
            ]);
    }

    private StudyTable Table10()
    {
        string what = MethodWidth.Find(_published.Method)?.JsonName
            ?? throw new ArgumentException($"The method {_published.Method} has no width that table10 could vary.");
        int width = MethodWidth.Get(_published.Method)!.Value;
        int[] widths = [.. Widths.Append(width).Distinct().Order()];
        return new StudyTable(
            "table10", $"Width of the {what} (table 10)", "Everything else as published.",
            [.. widths.Select(value => value == width
                ? _default with { Name = $"{what} {value} (AdaMix)" }
                : Merged($"{what} {value}", _published with { Method = MethodWidth.With(_published.Method, value) }))],
            Array.IndexOf(widths, width));
    }

    private StudyTable Figure7()
    {
        TrialConfiguration judged = _published with { BestEpoch = true };
        return new StudyTable(
            "figure7", "Convergence with the number of shared projections (figure 7)",
            "One, both or none of the two projections. Each epoch is judged on the development rows; the best one is kept and judged on "
            + "the test rows.",
            [
                Merged("shared up (AdaMix)", judged),
                Merged("shared both", judged with { Mixture = judged.Mixture with { Sharing = ExpertSharing.Both } }),
                Merged("without sharing", judged with { Mixture = judged.Mixture with { Sharing = ExpertSharing.None } }),
            ]);
    }

    private TrialConfiguration WithMixture(Func<MixtureOptions, MixtureOptions> change) =>
        _published with { Mixture = change(_published.Mixture) };

    private Variant Merged(string name, TrialConfiguration configuration) =>
        new(name, configuration, [InferenceMode.Merged]) { KeepsExperts = configuration == _published };
}
