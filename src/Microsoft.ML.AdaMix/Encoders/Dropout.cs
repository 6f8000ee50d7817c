using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>Dropout with a generator that the run owns; torch's own would draw from the process-wide one.</summary>
internal sealed class Dropout(Generator generator)
{
    /// <summary>Zeroes each value with the given probability and scales the rest by its inverse complement.</summary>
    public Tensor Apply(Tensor x, double probability)
    {
        if (probability <= 0)
        {
            return x;
        }

        // [same as x]
        Tensor mask = empty_like(x).bernoulli_(1 - probability, generator).div_(1 - probability);
        return x * mask;
    }
}
