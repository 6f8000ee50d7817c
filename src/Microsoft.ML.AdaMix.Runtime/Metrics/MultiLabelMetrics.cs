namespace Microsoft.ML.Data;

/// <summary>
/// How well predicted labels agree with actual ones. All between 0 and 1; higher is better, except for <see cref="HammingLoss"/>.
/// </summary>
public sealed class MultiLabelMetrics
{
    internal MultiLabelMetrics(double microF1, double macroF1, double meanAveragePrecision, double subsetAccuracy, double hammingLoss,
        IReadOnlyList<double> perLabelF1, IReadOnlyList<double> perLabelAveragePrecision)
    {
        MicroF1 = microF1;
        MacroF1 = macroF1;
        MeanAveragePrecision = meanAveragePrecision;
        SubsetAccuracy = subsetAccuracy;
        HammingLoss = hammingLoss;
        PerLabelF1 = perLabelF1;
        PerLabelAveragePrecision = perLabelAveragePrecision;
    }

    /// <summary>F1 over all decisions, one a row and label: frequent labels count more.</summary>
    public double MicroF1 { get; }

    /// <summary>Mean of <see cref="PerLabelF1"/>: all labels count alike.</summary>
    public double MacroF1 { get; }

    /// <summary>Mean of <see cref="PerLabelAveragePrecision"/> over the labels that occur; independent of thresholds.</summary>
    public double MeanAveragePrecision { get; }

    /// <summary>Share of rows whose labels are all right.</summary>
    public double SubsetAccuracy { get; }

    /// <summary>Share of wrong decisions.</summary>
    public double HammingLoss { get; }

    /// <summary>F1 of each label; 1 for a label that neither occurs nor is predicted.</summary>
    public IReadOnlyList<double> PerLabelF1 { get; }

    /// <summary>
    /// Average precision of each label, the area under its precision-recall steps, rows by falling probability (rows of the same
    /// probability count as one step); NaN for a label that no row has.
    /// </summary>
    public IReadOnlyList<double> PerLabelAveragePrecision { get; }
}
