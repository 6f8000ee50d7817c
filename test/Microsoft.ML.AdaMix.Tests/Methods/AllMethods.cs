namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>One of each method, small.</summary>
internal static class AllMethods
{
    public static readonly IReadOnlyDictionary<string, Func<TuningMethod>> ByName = new Dictionary<string, Func<TuningMethod>>(StringComparer.Ordinal)
    {
        ["adapter"] = () => TuningMethod.Adapters(8),
        ["houlsby"] = () => TuningMethod.Houlsby(8),
        ["pfeiffer"] = () => TuningMethod.Pfeiffer(8),
        ["parallel"] = () => TuningMethod.ParallelAdapters(8),
        ["lora"] = () => TuningMethod.Lora(4, 8),
        ["ia3"] = TuningMethod.Ia3,
        ["bitfit"] = TuningMethod.BitFit,
        ["prefix"] = () => TuningMethod.PrefixTuning(3),
        ["prefix from a network"] = () => new PrefixTuning { Tokens = 3, Reparameterization = Reparameterization.Mlp, ReparameterizationSize = 24 },
        ["prompt"] = () => TuningMethod.PromptTuning(3),
        ["prompt from a network"] = () => new PromptTuning { Tokens = 3, Reparameterization = Reparameterization.Mlp },
        ["prompt from an LSTM"] = () => new PromptTuning { Tokens = 4, Reparameterization = Reparameterization.Lstm, ReparameterizationSize = 20 },
        ["head"] = TuningMethod.HeadOnly,
        ["full"] = TuningMethod.FullFineTuning,
    };

    public static IEnumerable<object[]> Names => ByName.Keys.Select(name => (object[])[name]);

    public static IEnumerable<object[]> NamesWithExperts => ByName.Where(method => method.Value().SupportsMixture).Select(method => (object[])[method.Key]);

    public static IEnumerable<object[]> WithSharing => NamesWithExperts.SelectMany(method => Enum.GetValues<Sharing>().Select(sharing => (object[])[method[0], sharing]));
}
