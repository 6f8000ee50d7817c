using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Parameters;

/// <summary>A weight that training moves. Owns its tensor.</summary>
/// <param name="name">Its name in published AdaMix checkpoints, without the <c>roberta.</c> / <c>bert.</c> prefix.</param>
/// <param name="value">A leaf tensor.</param>
/// <param name="decays">Whether weight decay applies: matrices yes, biases no.</param>
internal sealed class TrainableParameter(string name, Tensor value, bool decays) : IDisposable
{
    public string Name => name;

    /// <summary>The leaf tensor that computes; another one after <see cref="MoveTo"/>.</summary>
    public Tensor Value { get; private set; } = value;

    public bool Decays => decays;

    /// <summary>Goes on as a leaf on other memory.</summary>
    /// <param name="memory">As many numbers, of any float type; they count from now on.</param>
    public void MoveTo(Tensor memory)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor leaf = memory.detach().view(Value.shape).requires_grad_(true).DetachFromDisposeScope();
        Value.Dispose();
        Value = leaf;
    }

    public void Dispose() => Value.Dispose();
}
