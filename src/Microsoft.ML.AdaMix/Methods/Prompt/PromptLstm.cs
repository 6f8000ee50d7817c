using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Methods.Prompt;

/// <summary>
/// A bidirectional LSTM of two layers over the prompt's tokens, then linear, ReLU, linear. Named and laid out as torch's own LSTM.
/// </summary>
internal sealed class PromptLstm : IPromptNetwork
{
    private const int Layers = 2;

    private readonly int _size;
    private readonly Direction[][] _layers; // [layer][forward, backward]
    private readonly LinearTensors _first;
    private readonly LinearTensors _last;

    public PromptLstm(int size, MethodContext context)
    {
        int hidden = context.Config.EmbeddingWidth;
        _size = size;
        _layers = [.. Enumerable.Range(0, Layers).Select(layer => Array.ConvertAll(
            (string[])[string.Empty, "_reverse"],
            suffix => Direction.Create(FormattableString.Invariant($"l{layer}{suffix}"), layer == 0 ? hidden : 2 * size, size, context)))];
        _first = LinearTensors.Create("prompt_encoder.mlp_head.0", 0, 2 * size, 2 * size, context);
        _last = LinearTensors.Create("prompt_encoder.mlp_head.2", 0, 2 * size, hidden, context);
    }

    public IEnumerable<ExpertTensor> Tensors =>
        [.. _layers.SelectMany(layer => layer).SelectMany(direction => direction.Tensors), .. _first.Tensors, .. _last.Tensors];

    public Tensor Apply(Tensor embeddings, IExpertSelection experts)
    {
        // [P, 2 size]
        Tensor states = _layers.Aggregate(
            embeddings, (x, layer) => cat([Run(x, layer[0], experts, backwards: false), Run(x, layer[1], experts, backwards: true)], -1));
        return _last.Apply(F.relu(_first.Apply(states, experts)), experts);
    }

    // [P, in] to [P, size]
    private Tensor Run(Tensor x, Direction direction, IExpertSelection experts, bool backwards)
    {
        Tensor inputs = F.linear(x, experts.Select(direction.InputWeight), experts.Select(direction.InputBias)); // [P, 4 size]
        Tensor weight = experts.Select(direction.StateWeight);
        Tensor bias = experts.Select(direction.StateBias);
        Tensor state = zeros([1, _size], x.dtype, x.device);
        Tensor cell = zeros_like(state);
        int tokens = (int)x.shape[0];
        Tensor[] states = new Tensor[tokens];
        for (int i = 0; i < tokens; i++)
        {
            int token = backwards ? tokens - 1 - i : i;
            // Input, forget, cell and output, [1, size] each.
            Tensor[] gates = inputs.narrow(0, token, 1).Plus(F.linear(state, weight, bias)).chunk(4, -1);
            cell = (gates[1].sigmoid() * cell).Plus(gates[0].sigmoid() * gates[2].tanh());
            state = gates[3].sigmoid() * cell.tanh();
            states[token] = state;
        }

        return cat(states, 0);
    }

    /// <param name="InputWeight">[4 size, in].</param>
    /// <param name="StateWeight">[4 size, size].</param>
    /// <param name="InputBias">[4 size].</param>
    /// <param name="StateBias">[4 size].</param>
    private sealed record Direction(ExpertTensor InputWeight, ExpertTensor StateWeight, ExpertTensor InputBias, ExpertTensor StateBias)
    {
        public IEnumerable<ExpertTensor> Tensors => [InputWeight, StateWeight, InputBias, StateBias];

        // Uniform within ±1/√size, as torch starts its LSTM.
        public static Direction Create(string name, int inputs, int size, MethodContext context)
        {
            ExpertTensor New(string part, params long[] shape) => context.Tensor(
                $"prompt_encoder.lstm_head.{part}_{name}", 0, Side.Down, decays: shape.Length > 1,
                () => context.Uniform(1 / Math.Sqrt(size), shape));
            return new Direction(
                New("weight_ih", 4 * size, inputs), New("weight_hh", 4 * size, size), New("bias_ih", 4 * size), New("bias_hh", 4 * size));
        }
    }
}
