using System.Collections.Frozen;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// How much the rows of a class count while training, times their own weights. For multi-label classification: how much a label counts.
/// </summary>
/// <remarks>Immutable.</remarks>
[JsonConverter(typeof(OptionConverter<ClassWeights, ClassWeightsFormat>))]
public sealed class ClassWeights : IEquatable<ClassWeights>
{
    private ClassWeights(FrozenDictionary<string, double>? given, bool isBalanced)
    {
        Given = given;
        IsBalanced = isBalanced;
    }

    /// <summary>All alike. The default.</summary>
    public static ClassWeights None { get; } = new(null, isBalanced: false);

    /// <summary>
    /// In inverse proportion to how often a class occurs: rows / (classes · rows of the class), so that all classes count alike.
    /// </summary>
    /// <remarks>At most 100. Of multi-label classification: the same with the rows that have the label.</remarks>
    public static ClassWeights Balanced { get; } = new(null, isBalanced: true);

    internal IReadOnlyDictionary<string, double>? Given { get; }

    internal bool IsBalanced { get; }

    /// <summary>Given weights.</summary>
    /// <param name="weights">
    /// Weight by class as text, "true" and "false" for binary classification; finite and not negative. Classes that are not named count 1.
    /// None named is <see cref="None"/>. Copied.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative, NaN or infinite.</exception>
    public static ClassWeights From(IReadOnlyDictionary<string, double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach ((string name, double weight) in weights)
        {
            if (!double.IsFinite(weight) || weight < 0)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(weights), weight, $"The weight of class '{name}' must be a finite number of 0 or more.");
            }
        }

        return weights.Count == 0
            ? None
            : new ClassWeights(weights.ToFrozenDictionary(StringComparer.Ordinal), isBalanced: false);
    }

    /// <summary>Whether the same weights are given.</summary>
    public bool Equals(ClassWeights? other) => other is not null && IsBalanced == other.IsBalanced && (Given, other.Given) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        var (mine, others) => mine.Count == others.Count
            && mine.All(weight => others.TryGetValue(weight.Key, out double same) && same == weight.Value),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClassWeights);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsBalanced, Given?.Count);
}
