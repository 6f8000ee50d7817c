using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>The mixture of adaptations.</summary>
internal sealed class MixtureArguments
{
    private readonly Option<int?> _experts = Choices.Count("--experts", "Experts a layer, 1 to 16; 1 is the plain method. Default: 4 for methods whose weights can be averaged, otherwise 1.");
    private readonly Option<ExpertSharing?> _sharing = Choices.OfEnum<ExpertSharing>("--sharing", "Which projections the experts share. Default: up.");
    private readonly Option<double?> _consistency = Choices.Number("--consistency", "WEIGHT", "Weight of the consistency between two passes; 0 makes one pass a step. Default: 1 for a mixture, 0 for the plain method.");
    private readonly Option<double?> _rampUp = Choices.Number("--consistency-ramp-up", "SHARE", "Share of all steps over which that weight rises from 0. Default: 0.");
    private readonly Option<ExpertRouting?> _routing = Choices.OfEnum<ExpertRouting>("--routing", "How training picks experts: one a layer for the batch, an example, or a token; one for all layers; or a fixed one. Default: batch.");
    private readonly Option<int?> _fixedExpert = Choices.Count("--fixed-expert", "The expert of --routing fixed. Default: 0.", smallest: 0);

    public IEnumerable<Option> All => [_experts, _sharing, _consistency, _rampUp, _routing, _fixedExpert];

    /// <summary>What is set, over the published mixture, or over none for a method without weights to average and for a single expert.</summary>
    public MixtureSettings Read(ParseResult parsed, TuningMethod method)
    {
        int? experts = parsed.GetValue(_experts);
        MixtureSettings otherwise = !method.SupportsMixture || experts == 1 ? MixtureSettings.None : MixtureSettings.Published;
        return otherwise with
        {
            Experts = experts ?? otherwise.Experts,
            Sharing = parsed.GetValue(_sharing) ?? otherwise.Sharing,
            Consistency = parsed.GetValue(_consistency) ?? otherwise.Consistency,
            ConsistencyRampUp = parsed.GetValue(_rampUp),
            Routing = parsed.GetValue(_routing) ?? otherwise.Routing,
            FixedExpert = parsed.GetValue(_fixedExpert),
        };
    }
}
