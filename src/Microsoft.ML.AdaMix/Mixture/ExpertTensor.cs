using System.Globalization;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>One trained tensor of a method: as many copies as there are experts, one if it is shared.</summary>
internal sealed class ExpertTensor : IDisposable
{
    private readonly TrainableParameter[] _experts;

    /// <param name="name">Its name without the <c>roberta.</c> / <c>bert.</c> prefix; <c>{0}</c> stands for the expert's number.</param>
    /// <param name="layer">Index of the layer whose draw picks the expert.</param>
    /// <param name="side">Which draw of the layer.</param>
    /// <param name="decays">Whether weight decay applies.</param>
    /// <param name="experts">Leaf tensors of one shape; owned from now on.</param>
    public ExpertTensor(string name, int layer, Side side, bool decays, IEnumerable<Tensor> experts)
    {
        Layer = layer;
        Side = side;
        _experts = [.. experts.Select(
            (expert, index) => new TrainableParameter(string.Format(CultureInfo.InvariantCulture, name, index), expert, decays))];
    }

    public int Layer { get; }

    public Side Side { get; }

    /// <summary>The copies as they are now.</summary>
    public IReadOnlyList<Tensor> Experts => Array.ConvertAll(_experts, expert => expert.Value);

    public bool IsShared => _experts.Length == 1;

    public IReadOnlyList<TrainableParameter> Parameters => _experts;

    /// <summary>The copy that a route names.</summary>
    public Tensor On(Route route) => _experts[IsShared ? 0 : Side == Side.Down ? route.Down : route.Up].Value;

    public void Dispose()
    {
        foreach (TrainableParameter expert in _experts)
        {
            expert.Dispose();
        }
    }
}
