using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Prompt;

/// <summary>The trained embeddings, and the network behind them if there is one.</summary>
internal sealed class PromptModule : ITuningModule
{
    private readonly ExpertTensor _embeddings; // [P, width of the word embeddings]
    private readonly IPromptNetwork? _network;

    public PromptModule(PromptTuning options, MethodContext context)
    {
        int size = options.ReparameterizationSize ?? context.Config.EmbeddingWidth;
        _network = options.Reparameterization switch
        {
            Reparameterization.Mlp => new PromptMlp(size, context),
            Reparameterization.Lstm => new PromptLstm(size, context),
            _ => null,
        };
        _embeddings = _network is null
            ? context.Tensor("prompt_embeddings.weight", 0, Side.Down, decays: true, () => RandomWords(options.Tokens, context))
            : context.Tensor(
                "prompt_encoder.embedding.weight", 0, Side.Down, decays: true,
                () => context.Normal(1, options.Tokens, context.Config.EmbeddingWidth));
        Tensors = [_embeddings, .. _network?.Tensors ?? []];
    }

    public IReadOnlyList<ExpertTensor> Tensors { get; }

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(Prompt(experts));

    public EncoderEdits ToHost(WholeBatch experts)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return [new PromptEdit(Prompt(experts).ToHost())];
    }

    public IReadOnlyDictionary<ExpertTensor, HostTensor>? FromHost(TunedModel model) => _network is not null
        ? null
        : model.Edits.OfType<PromptEdit>().ToDictionary(_ => _embeddings, edit => edit.Embeddings);

    public void Dispose()
    {
        foreach (ExpertTensor tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    private static Tensor RandomWords(int tokens, MethodContext context)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = randint(0, context.Config.VocabularySize, [tokens], dtype: ScalarType.Int64, generator: context.Generator);
        return context.From(context.Encoder[EncoderTensors.Words], rows);
    }

    // [P, hidden]
    private Tensor Prompt(IExpertSelection experts) => _network?.Apply(experts.Select(_embeddings), experts) ?? experts.Select(_embeddings);

    private sealed class Bound(Tensor prompt) : ITuning
    {
        public Tensor? Prompt => prompt;

        public bool Tunes(string module) => false;
    }
}
