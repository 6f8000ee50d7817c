using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Ia3;

/// <summary>The vectors of an encoder, at most one a matrix.</summary>
internal sealed class Ia3Module : ITuningModule
{
    private readonly Dictionary<string, ExpertTensor> _factors; // [out]

    public Ia3Module(Ia3Tuning options, MethodContext context)
    {
        _factors = context.Matrices(options.Matrices, options.Layers).ToDictionary(
            factor => factor.Matrix.Module,
            factor => context.Tensor(
                factor.Matrix.Module + ".ia3.{0}", factor.Layer, Side.Down, decays: false,
                () => context.Constant(1, factor.Matrix.Outputs)),
            StringComparer.Ordinal);
        Tensors = [.. _factors.Values];
    }

    public IReadOnlyList<ExpertTensor> Tensors { get; }

    public int? FrozenLayers => Tensors.Min(tensor => tensor.Layer);

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(this, experts);

    public EncoderEdits ToHost(WholeBatch experts) =>
        [.. _factors.Select(factor => new ScaleEdit(factor.Key, experts.ToHost(factor.Value)))];

    public IReadOnlyDictionary<ExpertTensor, HostTensor> FromHost(TunedModel model) => model.Edits.OfType<ScaleEdit>()
        .Where(edit => _factors.ContainsKey(edit.Module))
        .ToDictionary(edit => _factors[edit.Module], edit => edit.Factors);

    public void Dispose()
    {
        foreach (ExpertTensor tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    private sealed class Bound(Ia3Module module, IExpertSelection experts) : ITuning
    {
        public bool Tunes(string name) => module._factors.ContainsKey(name);

        public Tensor Projected(string name, Tensor input, Tensor output) =>
            module._factors.TryGetValue(name, out ExpertTensor? factors) ? Affine.Scale(output, experts.Select(factors)) : output;
    }
}
