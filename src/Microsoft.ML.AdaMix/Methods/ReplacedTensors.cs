using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods;

/// <summary>Encoder tensors that are trained from their pretrained values.</summary>
internal abstract class ReplacedTensors : ITuningModule
{
    private readonly Dictionary<string, ExpertTensor> _tensors;

    /// <param name="names">Which tensors of the encoder.</param>
    /// <param name="context">The encoder and the number of experts.</param>
    /// <param name="decays">Whether weight decay applies to a tensor of the given name.</param>
    protected ReplacedTensors(IEnumerable<string> names, MethodContext context, Func<string, bool> decays)
    {
        _tensors = names.ToDictionary(
            name => name,
            name => context.Tensor(
                context.Experts == 1 ? name : name + ".{0}", EncoderTensors.LayerOf(name, context.Config), Side.Down, decays(name),
                () => context.Pretrained(name)),
            StringComparer.Ordinal);
        Tensors = [.. _tensors.Values];
    }

    public IReadOnlyList<ExpertTensor> Tensors { get; }

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(this, experts);

    public EncoderEdits ToHost(WholeBatch experts) =>
        [.. _tensors.Select(tensor => new ReplacementEdit(tensor.Key, experts.ToHost(tensor.Value)))];

    // Of BERT the trained pooler is in the head; of an encoder that was replaced whole, all else is in the encoder.
    public IReadOnlyDictionary<ExpertTensor, HostTensor> FromHost(TunedModel model)
    {
        Dictionary<string, HostTensor> found = new(model.Encoder.Weights, StringComparer.Ordinal);
        if (model.Head.Norm is null) // a masked-LM head reads no pooler
        {
            found[EncoderTensors.PoolerWeight] = model.Head.DenseWeight;
            found[EncoderTensors.PoolerBias] = model.Head.DenseBias;
        }

        foreach (ReplacementEdit edit in model.Edits.OfType<ReplacementEdit>())
        {
            found[edit.Name] = edit.Tensor;
        }

        return _tensors.Where(tensor => found.ContainsKey(tensor.Key)).ToDictionary(tensor => tensor.Value, tensor => found[tensor.Key]);
    }

    public void Dispose()
    {
        foreach (ExpertTensor tensor in Tensors)
        {
            tensor.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The tensors of an encoder that a prediction reads, its pooler included.</summary>
    protected static IEnumerable<string> All(LoadedEncoder encoder) => EncoderTensors.Required(encoder.Config).Select(tensor => tensor.Name)
        .Concat(((string[])[EncoderTensors.PoolerWeight, EncoderTensors.PoolerBias]).Where(encoder.Weights.ContainsKey));

    private sealed class Bound(ReplacedTensors module, IExpertSelection experts) : ITuning
    {
        public bool Tunes(string module) => false;

        public Tensor Replace(string name, Tensor frozen) =>
            module._tensors.TryGetValue(name, out ExpertTensor? tensor) ? experts.Select(tensor) : frozen;
    }
}
