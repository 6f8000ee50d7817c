using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Parameters;

/// <summary>A weight that training moves.</summary>
/// <param name="Name">Its name in published AdaMix checkpoints, without the <c>roberta.</c> / <c>bert.</c> prefix.</param>
/// <param name="Value">The leaf tensor with its gradient.</param>
/// <param name="Decays">Whether weight decay applies: matrices yes, biases no.</param>
internal sealed record TrainableParameter(string Name, Tensor Value, bool Decays);
