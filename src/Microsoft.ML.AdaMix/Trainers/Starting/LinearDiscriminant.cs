using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Trainers.Starting;

/// <summary>A linear layer that tells classes, or labels, apart by their means over one covariance.</summary>
/// <param name="Weight">[outputs, features].</param>
/// <param name="Bias">[outputs].</param>
internal sealed record LinearDiscriminant(HostTensor Weight, HostTensor Bias)
{
    // With fewer rows than features the covariance of the rows has no inverse. 0.9 was as good as 0.5 on development rows.
    private const double Shrinkage = 0.5;

    // Of the logits. With 1, encoders whose features tell little were worse off than with random weights: they learn the rows by heart.
    private const double Deviation = 0.3;

    /// <summary>Tells each class from the mean of the classes; a class that is frequent is favoured by its share.</summary>
    /// <param name="features">float64 [rows, features].</param>
    /// <param name="members">float64 [rows, classes]: 1 in the column of a row's class, 0 elsewhere.</param>
    /// <param name="weights">float64 [rows, 1], not all of them 0.</param>
    /// <returns>Null where the features tell nothing.</returns>
    public static LinearDiscriminant? OfClasses(Tensor features, Tensor members, Tensor weights)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor means, Tensor total) = Means(features, members, weights);
        Tensor isThere = total.to(ScalarType.Bool); // [classes, 1]
        Tensor center = means.sum([0L], keepdim: true).div(isThere.sum()); // [1, features]
        means = where(isThere, means, center);
        Tensor shares = total.div(total.sum());
        Tensor logShares = where(isThere, shares, shares.masked_select(isThere).min()).log().squeeze(1); // one without rows: as the rarest
        return Create(features, features.Minus(members.matmul(means)), weights, means, center, logShares);
    }

    /// <summary>Tells the rows with each label from those without it.</summary>
    /// <param name="features">float64 [rows, features].</param>
    /// <param name="members">float64 [rows, labels]: 1 where a row has the label, 0 elsewhere.</param>
    /// <param name="weights">float64 [rows, 1], not all of them 0.</param>
    /// <returns>Null where the features tell nothing.</returns>
    public static LinearDiscriminant? OfLabels(Tensor features, Tensor members, Tensor weights)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor with, Tensor some) = Means(features, members, weights);
        (Tensor without, Tensor others) = Means(features, ones_like(members).Minus(members), weights);
        Tensor center = features.mul(weights).sum([0L], keepdim: true).div(weights.sum()); // [1, features]
        Tensor isTold = some.logical_and(others);
        return Create(
            features, features.Minus(center), weights, where(isTold, with, center), where(isTold, without, center),
            zeros(members.shape[1], dtype: ScalarType.Float64));
    }

    // [outputs, features], zeros where no row is of an output, and the weight of its rows, [outputs, 1].
    private static (Tensor Means, Tensor Total) Means(Tensor features, Tensor members, Tensor weights)
    {
        Tensor weighted = members.mul(weights); // [rows, outputs]
        Tensor total = weighted.sum([0L]).unsqueeze(1); // [outputs, 1]
        return (weighted.T.matmul(features).div(where(total.to(ScalarType.Bool), total, ones_like(total))), total);
    }

    // means and against: [outputs, features], or against [1, features]; favour: [outputs].
    private static LinearDiscriminant? Create(
        Tensor features, Tensor residuals, Tensor weights, Tensor means, Tensor against, Tensor favour)
    {
        Tensor identity = eye(features.shape[1], dtype: ScalarType.Float64);
        Tensor covariance = residuals.T.matmul(residuals.mul(weights)).div(weights.sum()); // [features, features]
        double variance = covariance.trace().ToDouble() / features.shape[1];
        Tensor shrunk = variance > 0
            ? covariance.Times(1 - Shrinkage).Plus(identity.Times(Shrinkage * variance))
            : identity; // one row a class: the nearest mean
        Tensor weight = linalg.solve(shrunk, means.Minus(against).T).T; // [outputs, features]
        Tensor bias = weight.mul(means.Plus(against)).sum([1L]).Times(-0.5).Plus(favour); // without it 0 half the way between the two
        double deviation = features.matmul(weight.T).Plus(bias).std().ToDouble();
        return deviation > 0 && double.IsFinite(deviation)
            ? new(Host(weight, Deviation / deviation), Host(bias, Deviation / deviation))
            : null;
    }

    private static HostTensor Host(Tensor values, double scale) => values.Times(scale).to(ScalarType.Float32).contiguous().ToHost();
}
