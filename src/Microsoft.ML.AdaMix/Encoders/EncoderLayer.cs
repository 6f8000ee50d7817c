using Microsoft.ML.AdaMix.Models;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>One frozen transformer layer: self-attention and feed-forward, each with residual and LayerNorm after it.</summary>
internal sealed class EncoderLayer : IDisposable
{
    private readonly EncoderConfig _config;
    private readonly int _index;
    private readonly Tensor _inputWeight; // [3 hidden, hidden]: query, key and value stacked
    private readonly Tensor _inputBias; // [3 hidden]
    private readonly Tensor _outputWeight; // [hidden, hidden]
    private readonly Tensor _outputBias; // [hidden]
    private readonly Tensor _attentionNormWeight; // [hidden]
    private readonly Tensor _attentionNormBias; // [hidden]
    private readonly Tensor _intermediateWeight; // [intermediate, hidden]
    private readonly Tensor _intermediateBias; // [intermediate]
    private readonly Tensor _feedForwardWeight; // [hidden, intermediate]
    private readonly Tensor _feedForwardBias; // [hidden]
    private readonly Tensor _normWeight; // [hidden]
    private readonly Tensor _normBias; // [hidden]

    public EncoderLayer(LoadedEncoder encoder, int index, Device device)
    {
        _config = encoder.Config;
        _index = index;
        string prefix = EncoderTensors.Layer(index);
        Tensor Load(string name) => encoder[prefix + name].ToTorch(device).DetachFromDisposeScope();
        Tensor Stack(string kind)
        {
            using DisposeScope scope = NewDisposeScope();
            string[] parts = ["query", "key", "value"];
            return cat([.. parts.Select(part => encoder[$"{prefix}attention.self.{part}.{kind}"].ToTorch(device))], 0).DetachFromDisposeScope();
        }

        _inputWeight = Stack("weight");
        _inputBias = Stack("bias");
        _outputWeight = Load("attention.output.dense.weight");
        _outputBias = Load("attention.output.dense.bias");
        _attentionNormWeight = Load("attention.output.LayerNorm.weight");
        _attentionNormBias = Load("attention.output.LayerNorm.bias");
        _intermediateWeight = Load("intermediate.dense.weight");
        _intermediateBias = Load("intermediate.dense.bias");
        _feedForwardWeight = Load("output.dense.weight");
        _feedForwardBias = Load("output.dense.bias");
        _normWeight = Load("output.LayerNorm.weight");
        _normBias = Load("output.LayerNorm.bias");
    }

    /// <summary>[B, T, hidden] to [B, T, hidden].</summary>
    public Tensor Forward(Tensor x, Tensor? bias, ITuning tuning, EncoderDropout? dropout)
    {
        Tensor attended = F.linear(Attend(x, bias, dropout), _outputWeight, _outputBias); // [B, T, hidden]
        Tensor a = Norm(Drop(attended, dropout) + x, _attentionNormWeight, _attentionNormBias);
        Tensor inner = _config.HiddenActivation.Apply(F.linear(a, _intermediateWeight, _intermediateBias)); // [B, T, intermediate]
        Tensor f = Drop(F.linear(inner, _feedForwardWeight, _feedForwardBias), dropout); // [B, T, hidden]
        return Norm(tuning.AfterFeedForward(_index, f) + a, _normWeight, _normBias);
    }

    public void Dispose()
    {
        foreach (Tensor weight in (Tensor[])[
            _inputWeight, _inputBias, _outputWeight, _outputBias, _attentionNormWeight, _attentionNormBias,
            _intermediateWeight, _intermediateBias, _feedForwardWeight, _feedForwardBias, _normWeight, _normBias])
        {
            weight.Dispose();
        }
    }

    private static Tensor Drop(Tensor x, EncoderDropout? dropout) => dropout is null ? x : dropout.Hidden(x);

    private Tensor Norm(Tensor x, Tensor weight, Tensor bias) =>
        F.layer_norm(x, [_config.HiddenSize], weight, bias, _config.LayerNormEpsilon);

    private Tensor Attend(Tensor x, Tensor? bias, EncoderDropout? dropout)
    {
        long rows = x.shape[0];
        long length = x.shape[1];
        Tensor projected = F.linear(x, _inputWeight, _inputBias) // [B, T, 3 hidden]
            .view(rows, length, 3, _config.Heads, _config.HeadSize)
            .permute(2, 0, 3, 1, 4); // [3, B, heads, T, head size]
        Tensor query = projected[0];
        Tensor key = projected[1];
        Tensor value = projected[2];
        Tensor context;
        if (dropout is { AttentionProbability: > 0 })
        {
            Tensor scores = matmul(query, key.transpose(-2, -1)).div(Math.Sqrt(_config.HeadSize)); // [B, heads, T, T]
            Tensor probabilities = F.softmax(bias is null ? scores : scores + bias, -1);
            context = matmul(dropout.Attention(probabilities), value);
        }
        else
        {
            context = F.scaled_dot_product_attention(query, key, value, bias?.expand(rows, _config.Heads, length, length));
        }

        return context.transpose(1, 2).reshape(rows, length, _config.HiddenSize); // [B, T, hidden]
    }
}
