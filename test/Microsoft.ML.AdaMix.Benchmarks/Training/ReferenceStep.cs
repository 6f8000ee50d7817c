using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tokenization;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Benchmarks.Training;

/// <summary>
/// The yardstick: one AdaMix step as the authors' code formulates it, in float32, every row padded to 128 tokens, all tokens in all layers,
/// three projections, eager attention, torch's dropout, one AdamW update a tensor. Written for itself, so that what makes the library
/// faster does not make this faster.
/// </summary>
internal sealed class ReferenceStep : IDisposable
{
    private const int Length = 128;
    private const int Bottleneck = 16;
    private const int Experts = 4;
    private const int Classes = 2;
    private const double DropoutRate = 0.1;

    private readonly EncoderConfig _config;
    private readonly Dictionary<string, Tensor> _frozen;
    private readonly Tensor[][] _downs; // [layer][expert] of [bottleneck, hidden]
    private readonly Tensor[] _ups; // [layer] of [hidden, bottleneck]
    private readonly Tensor[] _downBiases; // [layer x expert]
    private readonly Tensor[] _upBiases;
    private readonly Tensor[] _head;
    private readonly optim.Optimizer _optimizer;
    private readonly TorchSharp.Modules.Parameter[] _parameters;
    private readonly Random _routes = new(1);

    public ReferenceStep(LoadedEncoder encoder)
    {
        _config = encoder.Config;
        _frozen = encoder.Weights.ToDictionary(
            weight => weight.Key, weight => weight.Value.ToTorch(CPU).DetachFromDisposeScope(), StringComparer.Ordinal);
        int hidden = _config.HiddenSize;
        List<TorchSharp.Modules.Parameter> parameters = [];
        Tensor New(params long[] shape)
        {
            TorchSharp.Modules.Parameter parameter = new((randn(shape) * 0.02).DetachFromDisposeScope());
            parameters.Add(parameter);
            return parameter;
        }

        _downs = [.. Enumerable.Range(0, _config.Layers).Select(
            _ => Enumerable.Range(0, Experts).Select(_ => New(Bottleneck, hidden)).ToArray())];
        _downBiases = [.. Enumerable.Range(0, _config.Layers * Experts).Select(_ => New(Bottleneck))];
        _ups = [.. Enumerable.Range(0, _config.Layers).Select(_ => New(hidden, Bottleneck))];
        _upBiases = [.. Enumerable.Range(0, _config.Layers).Select(_ => New(hidden))];
        _head = [New(hidden, hidden), New(hidden), New(Classes, hidden), New(Classes)];
        _parameters = [.. parameters];
        _optimizer = optim.AdamW(_parameters, lr: 5e-4, weight_decay: 0.1);
    }

    public void Step(TokenIds[] rows, long[] labels)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor ids, Tensor positions, Tensor mask) = Pad(rows);
        Tensor logits1 = Forward(ids, positions, mask);
        Tensor loss = F.cross_entropy(logits1, tensor(labels));
        Tensor logits2 = Forward(ids, positions, mask);
        Tensor log1 = F.log_softmax(logits1, -1);
        Tensor log2 = F.log_softmax(logits2, -1);
        Tensor consistency = (F.kl_div(log1, log2.detach().exp(), reduction: nn.Reduction.Sum) + F.kl_div(
            log2, log1.detach().exp(), reduction: nn.Reduction.Sum)) * (0.5 / rows.Length);
        _optimizer.zero_grad();
        (loss + consistency).backward();
        nn.utils.clip_grad_norm_(_parameters, 1.0);
        _optimizer.step();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (Tensor weight in _frozen.Values)
        {
            weight.Dispose();
        }
    }

    private Tensor Forward(Tensor ids, Tensor positions, Tensor mask)
    {
        Tensor x = Rows("embeddings.word_embeddings.weight", ids)
            + Rows("embeddings.position_embeddings.weight", positions)
            + Rows("embeddings.token_type_embeddings.weight", zeros_like(ids)); // [B, T, hidden]
        x = Drop(Norm(x, "embeddings.LayerNorm"));
        for (int layer = 0; layer < _config.Layers; layer++)
        {
            string prefix = EncoderTensors.Layer(layer);
            Tensor query = Heads(Linear(x, prefix + "attention.self.query")); // [B, heads, T, head size]
            Tensor key = Heads(Linear(x, prefix + "attention.self.key"));
            Tensor value = Heads(Linear(x, prefix + "attention.self.value"));
            Tensor scores = (matmul(query, key.transpose(-1, -2)) / Math.Sqrt(_config.HeadSize)) + mask;
            Tensor context = matmul(Drop(F.softmax(scores, -1)), value).permute(0, 2, 1, 3).reshape(x.shape);
            Tensor a = Norm(Drop(Linear(context, prefix + "attention.output.dense")) + x, prefix + "attention.output.LayerNorm");
            Tensor f = Drop(Linear(F.gelu(Linear(a, prefix + "intermediate.dense")), prefix + "output.dense"));
            int expert = _routes.Next(Experts);
            Tensor adapted = F.linear(
                F.gelu(F.linear(f, _downs[layer][expert], _downBiases[(layer * Experts) + expert])), _ups[layer], _upBiases[layer]) + f;
            x = Norm(adapted + a, prefix + "output.LayerNorm");
        }

        Tensor first = Drop(x.select(1, 0)); // [B, hidden]
        return F.linear(Drop(tanh(F.linear(first, _head[0], _head[1]))), _head[2], _head[3]);
    }

    private (Tensor Ids, Tensor Positions, Tensor Mask) Pad(TokenIds[] rows)
    {
        long[] ids = new long[rows.Length * Length];
        long[] positions = new long[ids.Length];
        float[] mask = new float[ids.Length];
        Array.Fill(ids, _config.PadTokenId);
        Array.Fill(positions, _config.PadTokenId);
        Array.Fill(mask, -10000f);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int t = 0; t < rows[row].Length; t++)
            {
                ids[(row * Length) + t] = rows[row].Ids[t];
                positions[(row * Length) + t] = _config.PadTokenId + 1 + t;
                mask[(row * Length) + t] = 0;
            }
        }

        return (tensor(ids, rows.Length, Length), tensor(positions, rows.Length, Length), tensor(mask, rows.Length, 1, 1, Length));
    }

    private Tensor Rows(string table, Tensor indices) =>
        _frozen[table].index_select(0, indices.flatten()).view(indices.shape[0], indices.shape[1], _config.HiddenSize);

    private Tensor Linear(Tensor x, string module) => F.linear(x, _frozen[module + ".weight"], _frozen[module + ".bias"]);

    private Tensor Norm(Tensor x, string module) =>
        F.layer_norm(x, [_config.HiddenSize], _frozen[module + ".weight"], _frozen[module + ".bias"], _config.LayerNormEpsilon);

    private Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], _config.Heads, _config.HeadSize).permute(0, 2, 1, 3);

    private static Tensor Drop(Tensor x) => F.dropout(x, DropoutRate, training: true);
}
