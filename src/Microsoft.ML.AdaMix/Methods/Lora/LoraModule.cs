using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Lora;

/// <summary>The low-rank updates of an encoder, at most one a matrix.</summary>
internal sealed class LoraModule : ITuningModule
{
    private readonly double _scale;
    private readonly double _dropout;
    private readonly Dictionary<string, Update> _updates;

    public LoraModule(LoraTuning options, MethodContext context)
    {
        _scale = options.Scale;
        _dropout = options.Dropout;
        _updates = context.Matrices(options.Matrices, options.Layers).ToDictionary(
            update => update.Matrix.Module,
            update => Update.Create(update.Matrix, update.Layer, options.Rank, context),
            StringComparer.Ordinal);
        Tensors = [.. _updates.Values.SelectMany(update => (ExpertTensor[])[update.Down, update.Up])];
    }

    public IReadOnlyList<ExpertTensor> Tensors { get; }

    public int? FrozenLayers => Tensors.Min(tensor => tensor.Layer);

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(this, experts, dropout);

    public EncoderEdits ToHost(WholeBatch experts) =>
    [
        .. _updates.Select(update =>
            new LowRankEdit(update.Key, experts.ToHost(update.Value.Down), experts.ToHost(update.Value.Up), (float)_scale)),
    ];

    public IReadOnlyDictionary<ExpertTensor, HostTensor> FromHost(TunedModel model) => model.Edits.OfType<LowRankEdit>()
        .Where(edit => _updates.ContainsKey(edit.Module) && edit.Scale == (float)_scale)
        .SelectMany(edit => new[] { (_updates[edit.Module].Down, edit.Down), (_updates[edit.Module].Up, edit.Up) })
        .ToDictionary();

    public void Dispose()
    {
        foreach (ExpertTensor tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    /// <param name="Down">A, [rank, in].</param>
    /// <param name="Up">B, [out, rank].</param>
    private sealed record Update(ExpertTensor Down, ExpertTensor Up)
    {
        public static Update Create((string Module, int Inputs, int Outputs) matrix, int layer, int rank, MethodContext context)
        {
            Tensor NewDown() => context.LinearUniform(rank, matrix.Inputs);
            Tensor NewUp() => context.Constant(0, matrix.Outputs, rank);
            return new Update(
                context.Tensor(matrix.Module + ".lora_A.{0}.weight", layer, Side.Down, decays: true, NewDown),
                context.Tensor(matrix.Module + ".lora_B.{0}.weight", layer, Side.Up, decays: true, NewUp));
        }
    }

    private sealed class Bound(LoraModule module, IExpertSelection experts, Dropout? dropout) : ITuning
    {
        public bool Tunes(string name) => module._updates.ContainsKey(name);

        public Tensor Projected(string name, Tensor input, Tensor output)
        {
            if (!module._updates.TryGetValue(name, out Update? update))
            {
                return output;
            }

            Tensor x = dropout?.Apply(input, module._dropout) ?? input; // [B, T, in]
            Tensor inner = experts.Linear(x, update.Down, null); // [B, T, rank]
            return output.Plus(experts.Linear(inner, update.Up, null).Times(module._scale)); // [B, T, out]
        }
    }
}
