namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>The mixture of adaptations as a value.</summary>
internal sealed record MixtureSettings
{
    /// <summary>One expert and one pass: the plain method.</summary>
    public static MixtureSettings None { get; } = Of(MixtureOptions.None);

    /// <summary>The published setting: four experts, shared up projections, consistency 1.</summary>
    public static MixtureSettings Published { get; } = Of(new MixtureOptions());

    public required int Experts { get; init; }

    public required ExpertSharing Sharing { get; init; }

    public required double Consistency { get; init; }

    public double? ConsistencyRampUp { get; init; }

    public ExpertRouting Routing { get; init; }

    public int? FixedExpert { get; init; }

    public MixtureOptions ToOptions() => new()
    {
        Experts = Experts,
        Sharing = Sharing,
        ConsistencyWeight = Consistency,
        ConsistencyRampUp = ConsistencyRampUp ?? 0,
        Routing = Routing,
        FixedExpert = FixedExpert ?? 0,
    };

    private static MixtureSettings Of(MixtureOptions options) => new() { Experts = options.Experts, Sharing = options.Sharing, Consistency = options.ConsistencyWeight };
}
