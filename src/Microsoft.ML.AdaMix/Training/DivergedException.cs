namespace Microsoft.ML.AdaMix.Training;

/// <summary>A loss is not finite: what is trained cannot be mended by going on.</summary>
/// <param name="message">Says which loss, where, and the remedy.</param>
internal sealed class DivergedException(string message) : InvalidOperationException(message);
