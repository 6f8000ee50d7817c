namespace Microsoft.ML.AdaMix;

/// <summary>From which weights the output layer of a new head starts.</summary>
public enum HeadStart
{
    /// <summary>The linear discriminant of the training rows' features, as they are before training. The default.</summary>
    /// <remarks>
    /// <para>
    /// The features are what the output layer reads. Classes are told apart by their means over a covariance that they share, drawn half
    /// the way to a multiple of the identity (Friedman, Regularized discriminant analysis, 1989). The logits are scaled to a standard
    /// deviation of 0.3 over the rows. Training goes on from there.
    /// </para>
    /// <para>
    /// It costs one pass over the rows without gradients, of at most 2,048 rows or 8 a class, of each class alike. Each label of
    /// multi-label classification is told from the rows without it.
    /// </para>
    /// </remarks>
    Discriminant,

    /// <summary>Normal weights of the encoder's initialiser range, and biases of 0: what is published.</summary>
    Random,
}
