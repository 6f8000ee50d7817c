using Microsoft.ML.AdaMix.Methods;

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
        return TuningMethods.Find(Name) switch
        {
            AdapterTuning adapters => Apply(adapters),
            LoraTuning lora => Apply(lora),
            Ia3Tuning ia3 => Apply(ia3),
            PrefixTuning prefix => Apply(prefix),
            PromptTuning prompt => Apply(prompt),
            { } method => method,
            null => throw new ArgumentException($"The method '{Name}' is unknown; known are {string.Join(", ", MethodNames.All)}."),
        };
    }

    /// <summary>The same with bottleneck or rank written out, so that a default and the same number given are one setting.</summary>
    public MethodSettings WithWidth() => Create() switch
    {
        AdapterTuning adapters => this with { Bottleneck = adapters.Bottleneck },
        LoraTuning lora => this with { Rank = lora.Rank },
        _ => this,
    };

    private Range LayersOr(Range layers) => Layers is null ? layers : LayerRange.Parse(Layers);

    private TuningMethod Apply(AdapterTuning method) => method with
    {
        Bottleneck = Bottleneck ?? method.Bottleneck,
        Activation = Activation ?? method.Activation,
        Scale = Scale ?? method.Scale,
        Layers = LayersOr(method.Layers),
    };

    private TuningMethod Apply(LoraTuning method) => method with
    {
        Rank = Rank ?? method.Rank,
        Alpha = Alpha ?? method.Alpha,
        RankStabilized = RankStabilized ?? method.RankStabilized,
        Dropout = LoraDropout ?? method.Dropout,
        Matrices = Matrices ?? method.Matrices,
        Layers = LayersOr(method.Layers),
    };

    private TuningMethod Apply(Ia3Tuning method) => method with
    {
        Matrices = Matrices ?? method.Matrices,
        Layers = LayersOr(method.Layers),
    };

    private TuningMethod Apply(PrefixTuning method) => method with
    {
        Tokens = Tokens ?? method.Tokens,
        Reparameterization = Reparameterization ?? method.Reparameterization,
        ReparameterizationSize = ReparameterizationSize ?? method.ReparameterizationSize,
        Layers = LayersOr(method.Layers),
    };

    private TuningMethod Apply(PromptTuning method) => method with
    {
        Tokens = Tokens ?? method.Tokens,
        Reparameterization = Reparameterization ?? method.Reparameterization,
        ReparameterizationSize = ReparameterizationSize ?? method.ReparameterizationSize,
    };

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
