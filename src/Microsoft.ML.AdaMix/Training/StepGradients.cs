using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Gradients of a batch or of a part of it. Its tensors belong to no dispose scope.</summary>
/// <param name="values">float32 [n], all parameters' one behind the other; zeros where there is none.</param>
/// <param name="found">Which parameters have one.</param>
/// <param name="losses">float32 [2]: the supervised loss, and the consistency term or 0.</param>
internal sealed class StepGradients(Tensor values, bool[] found, Tensor losses) : IDisposable
{
    public Tensor Values => values;

    public bool[] Found => found;

    public Tensor Losses => losses;

    /// <summary>Adds another part's.</summary>
    public void Add(StepGradients other)
    {
        values.AddInPlace(other.Values, 1);
        losses.AddInPlace(other.Losses, 1);
        for (int i = 0; i < found.Length; i++)
        {
            found[i] |= other.Found[i];
        }
    }

    public void Dispose()
    {
        values.Dispose();
        losses.Dispose();
    }
}
