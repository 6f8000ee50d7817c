namespace Microsoft.ML.AdaMix;

/// <summary>
/// A network that produces a method's trained vectors while training, which can make them easier to learn. What it produces is the trained
/// model: the network itself is not part of it, and a prediction costs the same with any of them.
/// </summary>
public enum Reparameterization
{
    /// <summary>The vectors are trained themselves. The default.</summary>
    None,

    /// <summary>
    /// Trained embeddings through a network. For prefix tuning: linear, tanh, linear, with one trunk for all layers (Li and Liang 2021).
    /// </summary>
    /// <remarks>For prompt tuning: linear, ReLU, linear, ReLU, linear (p-tuning as Hugging Face has it).</remarks>
    Mlp,

    /// <summary>
    /// Trained embeddings through a bidirectional LSTM of two layers, then linear, ReLU, linear (p-tuning, Liu et al. 2021). For prompt
    /// tuning only.
    /// </summary>
    Lstm,
}
