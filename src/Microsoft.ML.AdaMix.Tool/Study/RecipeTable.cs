namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// From AdaMix as published to the defaults of this version: each difference alone, and the defaults without each of them.
/// </summary>
internal static class RecipeTable
{
    public const string Name = "recipe";

    /// <summary>The table with the differences to the default.</summary>
    public const string OfDefault = "recipe-default";

    private const string BothPasses = "both passes supervised";
    private const string BothPlaces = "experts at both places";
    private const string Consistency = "more consistency";
    private const string Discriminant = "head starts as discriminant";

    private static readonly string[] Steps = [BothPasses, BothPlaces, Consistency, Discriminant];

    /// <summary>Names of its rows but for the published setting.</summary>
    public static readonly string[] Rows =
    [
        .. Steps.Select(step => $"published, {step}"), "default", .. Steps.Select(step => $"default without {step}"),
        "default with one expert",
    ];

    /// <param name="published">The published mixture on adapters, without data, rows and seed.</param>
    /// <returns>One table against the published setting, and of some of the same trials one against the default.</returns>
    public static IReadOnlyList<StudyTable> Create(TrialConfiguration published)
    {
        (string What, Func<TrialConfiguration, TrialConfiguration, TrialConfiguration> Take)[] steps =
        [
            (BothPasses,
                (to, from) => to with { Mixture = to.Mixture with { Supervision = from.Mixture.Supervision } }),
            (BothPlaces, (to, from) => to with { Method = from.Method }),
            (Consistency,
                (to, from) => to with { Mixture = to.Mixture with { ConsistencyWeight = from.Mixture.ConsistencyWeight } }),
            (Discriminant, (to, from) => to with { Options = to.Options with { HeadStart = from.Options.HeadStart } }),
        ];
        TrialConfiguration recipe = published with
        {
            Method = published.Method is AdapterTuning { Placement: AdapterPlacement.FeedForward } adapters
                ? adapters with { Placement = AdapterPlacement.Houlsby }
                : published.Method,
            Mixture = new MixtureOptions(),
        };
        recipe = recipe with { Options = recipe.Options with { HeadStart = new AdaMixOptions().HeadStart } };
        steps = [.. steps.Where(step => step.What != BothPlaces || recipe.Method != published.Method)]; // other methods have one place
        Variant[] ofDefault =
        [
            Merged("default", recipe),
            .. steps.Select(step => Merged($"default without {step.What}", step.Take(recipe, published))),
            Merged("default with one expert", recipe with { Mixture = recipe.Mixture with { Experts = 1 } }),
        ];
        StudyTable fromPublished = new(
            Name, "From the published setting to the default",
            "Each row of the first part is the published setting with one thing of the default's, each of the second the default with one "
            + "thing as published. More consistency: a weight of 2, and with few rows up to 12. One expert: the default with no mixture "
            + "but both passes and their consistency.",
            [
                Merged("AdaMix as published", published),
                .. steps.Select(step => Merged($"published, {step.What}", step.Take(published, recipe))),
                .. ofDefault,
            ]);
        return
        [
            fromPublished,
            new(
                OfDefault, "The default without each of its parts",
                "Each row is the default with one thing as published. One expert: the default with no mixture but both passes and their "
                + "consistency. The trials are those of the table recipe.",
                ofDefault),
        ];
    }

    private static Variant Merged(string name, TrialConfiguration configuration) => new(name, configuration, [InferenceMode.Merged]);
}
