namespace Microsoft.ML.AdaMix;

/// <summary>How much the rows of a class count while training, times their own weights. For multi-label classification: how much a label counts.</summary>
public sealed class ClassWeights
{
    private ClassWeights(IReadOnlyDictionary<string, double>? given, bool isBalanced)
    {
        Given = given;
        IsBalanced = isBalanced;
    }

    /// <summary>All alike. The default.</summary>
    public static ClassWeights None { get; } = new(null, isBalanced: false);

    /// <summary>
    /// In inverse proportion to how often a class occurs: rows / (classes · rows of the class), so that all classes count alike. Of multi-label classification: the same
    /// with the rows that have the label, at most 100.
    /// </summary>
    public static ClassWeights Balanced { get; } = new(null, isBalanced: true);

    internal IReadOnlyDictionary<string, double>? Given { get; }

    internal bool IsBalanced { get; }

    /// <summary>Given weights.</summary>
    /// <param name="weights">Weight by class as text, "true" and "false" for binary classification; finite and not negative. Classes that are not named count 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative, NaN or infinite.</exception>
    public static ClassWeights Of(IReadOnlyDictionary<string, double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach ((string name, double weight) in weights)
        {
            if (!double.IsFinite(weight) || weight < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(weights), weight, $"The weight of class '{name}' must be a finite number of 0 or more.");
            }
        }

        return new ClassWeights(new Dictionary<string, double>(weights, StringComparer.Ordinal), isBalanced: false);
    }
}
