using System.Globalization;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>One trained tensor of a method: as many copies as there are experts, one if it is shared.</summary>
internal sealed class ExpertTensor : IDisposable
{
    private readonly string _name;
    private readonly bool _decays;

    /// <param name="name">Its name without the <c>roberta.</c> / <c>bert.</c> prefix; <c>{0}</c> stands for the expert's number.</param>
    /// <param name="layer">Index of the layer whose draw picks the expert.</param>
    /// <param name="side">Which draw of the layer.</param>
    /// <param name="decays">Whether weight decay applies.</param>
    /// <param name="experts">Leaf tensors of one shape; owned from now on.</param>
    public ExpertTensor(string name, int layer, Side side, bool decays, IEnumerable<Tensor> experts)
    {
        _name = name;
        _decays = decays;
        Layer = layer;
        Side = side;
        Experts = [.. experts];
    }

    public int Layer { get; }

    public Side Side { get; }

    public IReadOnlyList<Tensor> Experts { get; }

    public bool IsShared => Experts.Count == 1;

    public IEnumerable<TrainableParameter> Parameters => Experts.Select((expert, index) =>
        new TrainableParameter(string.Format(CultureInfo.InvariantCulture, _name, index), expert, _decays));

    public void Dispose()
    {
        foreach (Tensor expert in Experts)
        {
            expert.Dispose();
        }
    }
}
