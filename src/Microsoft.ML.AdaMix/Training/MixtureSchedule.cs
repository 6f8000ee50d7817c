using Microsoft.ML.AdaMix.Training.Optimization;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>What a step does with the mixture.</summary>
/// <param name="ConsistencyWeight">Weight of the consistency term.</param>
/// <param name="IsMerged">Whether the merged experts compute, not a route.</param>
internal readonly record struct MixtureStep(double ConsistencyWeight, bool IsMerged = false)
{
    /// <summary>Two where passes must agree, otherwise one: merged experts have nothing to agree about.</summary>
    public int Passes => ConsistencyWeight == 0 || IsMerged ? 1 : 2;
}

/// <summary>How the steps' use of the mixture changes while a training goes on.</summary>
internal sealed class MixtureSchedule
{
    private readonly LinearRampUp _consistency;
    private readonly int _firstMerged;

    /// <param name="mixture">The options.</param>
    /// <param name="learnsFromConsistency">Whether the consistency term has a gradient.</param>
    /// <param name="steps">Of the whole training.</param>
    public MixtureSchedule(MixtureOptions mixture, bool learnsFromConsistency, int steps)
    {
        _consistency = new(learnsFromConsistency ? mixture.ConsistencyOrUsual : 0, (int)(steps * mixture.ConsistencyRampUp));
        _firstMerged = mixture.ExpertsInTurn == 1 ? int.MaxValue : steps - (int)(steps * mixture.MergedSteps);
    }

    /// <param name="step">Counted from 0.</param>
    public MixtureStep At(int step) => new(_consistency.Weight(step), step >= _firstMerged);
}
