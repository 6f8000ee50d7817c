namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>One of each method, small.</summary>
internal static class AllMethods
{
    public static readonly IReadOnlyDictionary<string, Func<TuningMethod>> ByName = new Dictionary<string, Func<TuningMethod>>(
        StringComparer.Ordinal)
    {
        ["adapter"] = () => new AdapterTuning { Bottleneck = 8 },
        ["houlsby"] = () => new AdapterTuning { Placement = AdapterPlacement.Houlsby, Bottleneck = 8 },
        ["pfeiffer"] = () => new AdapterTuning { Placement = AdapterPlacement.Pfeiffer, Bottleneck = 8 },
        ["parallel"] = () => new AdapterTuning { Placement = AdapterPlacement.Parallel, Bottleneck = 8 },
        ["lora"] = () => new LoraTuning { Rank = 4, Alpha = 8 },
        ["ia3"] = () => new Ia3Tuning(),
        ["bitfit"] = () => new BitFitTuning(),
        ["prefix"] = () => new PrefixTuning { Tokens = 3 },
        ["prefix from a network"] = () => new PrefixTuning
        {
            Tokens = 3,
            Reparameterization = Reparameterization.Mlp,
            ReparameterizationSize = 24,
        },
        ["prompt"] = () => new PromptTuning { Tokens = 3 },
        ["prompt from a network"] = () => new PromptTuning { Tokens = 3, Reparameterization = Reparameterization.Mlp },
        ["prompt from an LSTM"] = () => new PromptTuning
        {
            Tokens = 4,
            Reparameterization = Reparameterization.Lstm,
            ReparameterizationSize = 20,
        },
        ["head"] = () => new HeadOnlyTuning(),
        ["full"] = () => new FullFineTuning(),
    };

    public static IEnumerable<object[]> Names => ByName.Keys.Select(name => (object[])[name]);

    public static IEnumerable<object[]> NamesWithExperts =>
        ByName.Where(method => method.Value().SupportsMixture).Select(method => (object[])[method.Key]);

    public static IEnumerable<object[]> WithSharing =>
        NamesWithExperts.SelectMany(method => Enum.GetValues<ExpertSharing>().Select(sharing => (object[])[method[0], sharing]));
}
