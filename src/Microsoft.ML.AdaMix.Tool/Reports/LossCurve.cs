using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Training loss over steps, in bins that are the same for all runs. As a sum over steps it is read off at the bins' ends, so that no
/// step's share is lost, whether a trace has every step or means of several.
/// </summary>
internal static class LossCurve
{
    private const int MostBins = 60;

    /// <summary>How many bins all traces allow; not fewer than epochs.</summary>
    public static int Bins(IReadOnlyList<TrainingTrace> traces) =>
        Math.Max(traces.Max(trace => trace.Validation.Count), Math.Min(MostBins, traces.Min(trace => trace.Steps.Count)));

    /// <summary>Middle step and mean loss of each bin.</summary>
    public static (double[] Steps, double[] Losses) Bin(TrainingTrace trace, int bins)
    {
        int last = trace.Steps[^1];
        double[] steps = new double[bins];
        double[] losses = new double[bins];
        for (int bin = 0; bin < bins; bin++)
        {
            double from = (double)last * bin / bins;
            double to = (double)last * (bin + 1) / bins;
            steps[bin] = (from + to) / 2;
            losses[bin] = (SumAt(trace, to) - SumAt(trace, from)) / (to - from);
        }

        return (steps, losses);
    }

    // The sum of the losses of the first steps; between two entries of the trace it grows evenly.
    private static double SumAt(TrainingTrace trace, double step)
    {
        double sum = 0;
        int before = 0;
        for (int i = 0; i < trace.Steps.Count && before < step; i++)
        {
            sum += trace.Losses[i] * (Math.Min(step, trace.Steps[i]) - before);
            before = trace.Steps[i];
        }

        return sum;
    }
}
