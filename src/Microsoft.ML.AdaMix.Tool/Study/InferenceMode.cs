namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>The ways to predict with a trained mixture.</summary>
internal enum InferenceKind
{
    /// <summary>The mean of the experts' weights.</summary>
    Merged,

    /// <summary>One random route for all texts.</summary>
    Route,

    /// <summary>A random route for each text.</summary>
    RandomExample,

    /// <summary>A random expert for each token.</summary>
    RandomToken,

    /// <summary>One expert everywhere.</summary>
    Expert,

    /// <summary>The mean of several routes' logits.</summary>
    Ensemble,
}

/// <summary>A way to predict.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Number">Seed of the draw; the expert; or how many routes are averaged.</param>
internal sealed record InferenceMode(InferenceKind Kind, int Number = 0)
{
    private const int EnsembleSeed = 0;

    public static InferenceMode Merged { get; } = new(InferenceKind.Merged);

    /// <summary>Random routes with the seeds 0 to <paramref name="count"/> - 1.</summary>
    public static IReadOnlyList<InferenceMode> Routes(int count) =>
        [.. Enumerable.Range(0, count).Select(seed => new InferenceMode(InferenceKind.Route, seed))];

    /// <summary>A model that predicts so. Random ones must not outlive the mixture.</summary>
    public AdaMixTransformer CreateModel(TrainedMixture mixture) => Kind switch
    {
        InferenceKind.Route => mixture.Route(Number),
        InferenceKind.RandomExample => mixture.RandomRoutes(ExpertRouting.Example, Number),
        InferenceKind.RandomToken => mixture.RandomRoutes(ExpertRouting.Token, Number),
        InferenceKind.Expert => mixture.Expert(Number),
        InferenceKind.Ensemble => mixture.Ensemble(Number, EnsembleSeed),
        _ => mixture.Merge(),
    };
}
