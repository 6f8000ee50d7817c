using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Prompt;

/// <summary>The trained embeddings.</summary>
internal sealed class PromptModule : ITuningModule
{
    private const string Words = "embeddings.word_embeddings.weight";

    private readonly ExpertTensor _prompt; // [P, hidden]

    public PromptModule(int tokens, MethodContext context)
    {
        _prompt = context.Tensor("prompt_embeddings.weight", 0, Side.Down, decays: true, () =>
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor rows = randint(0, context.Config.VocabularySize, [tokens], dtype: ScalarType.Int64, generator: context.Generator);
            return context.From(context.Encoder[Words], rows);
        });
        Tensors = [_prompt];
    }

    public IReadOnlyList<ExpertTensor> Tensors { get; }

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(experts.Select(_prompt));

    public EncoderEdits ToHost(WholeBatch experts) => new() { Prompt = experts.ToHost(_prompt) };

    public void Dispose() => _prompt.Dispose();

    private sealed class Bound(Tensor prompt) : ITuning
    {
        public Tensor? Prompt => prompt;
    }
}
