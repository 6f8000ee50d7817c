namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>A tuning method by its name, and what is set of its options; null for the library's defaults.</summary>
internal sealed record MethodSettings
{
    public required string Name { get; init; }

    public int? Bottleneck { get; init; }

    public AdapterActivation? Activation { get; init; }

    public double? Scale { get; init; }

    public int? Rank { get; init; }

    public double? Alpha { get; init; }

    public bool? RankStabilized { get; init; }

    public double? LoraDropout { get; init; }

    public EncoderMatrices? Matrices { get; init; }

    /// <summary>First and last layer as <see cref="Range"/> writes them: 6..12.</summary>
    public string? Layers { get; init; }

    public int? Tokens { get; init; }

    public Reparameterization? Reparameterization { get; init; }

    public int? ReparameterizationSize { get; init; }

    /// <summary>The library's method.</summary>
    /// <exception cref="ArgumentException">The name is unknown, or an option is set that the method does not have.</exception>
    public TuningMethod Create()
    {
        RequireOwnOptions();
        TuningMethod method = Name switch
        {
            "adapter" => TuningMethod.Adapters(),
            "houlsby" => TuningMethod.Houlsby(),
            "pfeiffer" => TuningMethod.Pfeiffer(),
            "parallel" => TuningMethod.ParallelAdapters(),
            "lora" => TuningMethod.Lora(),
            "ia3" => TuningMethod.Ia3(),
            "prefix" => TuningMethod.PrefixTuning(),
            "prompt" => TuningMethod.PromptTuning(),
            "bitfit" => TuningMethod.BitFit(),
            "head" => TuningMethod.HeadOnly(),
            "full" => TuningMethod.FullFineTuning(),
            _ => throw new ArgumentException($"The method '{Name}' is unknown; known are {string.Join(", ", MethodNames.All)}."),
        };
        switch (method)
        {
            case BottleneckAdapters adapters: Apply(adapters); break;
            case Lora lora: Apply(lora); break;
            case Ia3 ia3: Apply(ia3); break;
            case PrefixTuning prefix: Apply(prefix); break;
            case PromptTuning prompt: Apply(prompt); break;
        }

        return method;
    }

    /// <summary>The same with bottleneck or rank written out, so that a default and the same number given are one setting.</summary>
    public MethodSettings WithWidth() => Create() switch
    {
        BottleneckAdapters adapters => this with { Bottleneck = adapters.Bottleneck },
        Lora lora => this with { Rank = lora.Rank },
        _ => this,
    };

    private Range LayersOr(Range layers) => Layers is null ? layers : LayerRange.Parse(Layers);

    private void Apply(BottleneckAdapters method)
    {
        method.Bottleneck = Bottleneck ?? method.Bottleneck;
        method.Activation = Activation ?? method.Activation;
        method.Scale = Scale ?? method.Scale;
        method.Layers = LayersOr(method.Layers);
    }

    private void Apply(Lora method)
    {
        method.Rank = Rank ?? method.Rank;
        method.Alpha = Alpha ?? method.Alpha;
        method.RankStabilized = RankStabilized ?? method.RankStabilized;
        method.Dropout = LoraDropout ?? method.Dropout;
        method.Matrices = Matrices ?? method.Matrices;
        method.Layers = LayersOr(method.Layers);
    }

    private void Apply(Ia3 method)
    {
        method.Matrices = Matrices ?? method.Matrices;
        method.Layers = LayersOr(method.Layers);
    }

    private void Apply(PrefixTuning method)
    {
        method.Tokens = Tokens ?? method.Tokens;
        method.Reparameterization = Reparameterization ?? method.Reparameterization;
        method.ReparameterizationSize = ReparameterizationSize ?? method.ReparameterizationSize;
        method.Layers = LayersOr(method.Layers);
    }

    private void Apply(PromptTuning method)
    {
        method.Tokens = Tokens ?? method.Tokens;
        method.Reparameterization = Reparameterization ?? method.Reparameterization;
        method.ReparameterizationSize = ReparameterizationSize ?? method.ReparameterizationSize;
    }

    private void RequireOwnOptions()
    {
        (string Option, bool IsSet, string[] Owners)[] options =
        [
            ("--bottleneck", Bottleneck is not null, MethodNames.Adapters),
            ("--activation", Activation is not null, MethodNames.Adapters),
            ("--scale", Scale is not null, MethodNames.Adapters),
            ("--rank", Rank is not null, ["lora"]),
            ("--alpha", Alpha is not null, ["lora"]),
            ("--rank-stabilized", RankStabilized is not null, ["lora"]),
            ("--lora-dropout", LoraDropout is not null, ["lora"]),
            ("--matrices", Matrices is not null, ["lora", "ia3"]),
            ("--layers", Layers is not null, [.. MethodNames.Adapters, "lora", "ia3", "prefix"]),
            ("--tokens", Tokens is not null, ["prefix", "prompt"]),
            ("--reparameterization", Reparameterization is not null, ["prefix", "prompt"]),
            ("--reparameterization-size", ReparameterizationSize is not null, ["prefix", "prompt"]),
        ];
        string[] problems = [.. options
            .Where(option => option.IsSet && !option.Owners.Contains(Name, StringComparer.Ordinal))
            .Select(option => $"{option.Option} is for {string.Join(", ", option.Owners)}; the method is {Name}.")];
        if (problems.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', problems));
        }
    }
}
