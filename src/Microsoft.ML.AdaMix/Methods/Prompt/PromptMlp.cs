using Microsoft.ML.AdaMix.Mixture;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Methods.Prompt;

/// <summary>Linear, ReLU, linear, ReLU, linear, each token for itself.</summary>
internal sealed class PromptMlp : IPromptNetwork
{
    private readonly LinearTensors _first;
    private readonly LinearTensors _second;
    private readonly LinearTensors _last;

    public PromptMlp(int size, MethodContext context)
    {
        int hidden = context.Config.EmbeddingWidth;
        _first = LinearTensors.Create("prompt_encoder.mlp_head.0", 0, hidden, size, context);
        _second = LinearTensors.Create("prompt_encoder.mlp_head.2", 0, size, size, context);
        _last = LinearTensors.Create("prompt_encoder.mlp_head.4", 0, size, hidden, context);
    }

    public IEnumerable<ExpertTensor> Tensors => [.. _first.Tensors, .. _second.Tensors, .. _last.Tensors];

    public Tensor Apply(Tensor embeddings, IExpertSelection experts) =>
        _last.Apply(F.relu(_second.Apply(F.relu(_first.Apply(embeddings, experts)), experts)), experts);
}
