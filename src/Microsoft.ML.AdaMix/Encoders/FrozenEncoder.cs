using Microsoft.ML.AdaMix.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>
/// A pretrained RoBERTa or BERT encoder whose weights never change. Gradients flow through it to whatever an
/// <see cref="ITuning"/> adds, not into it.
/// </summary>
internal sealed class FrozenEncoder : IDisposable
{
    private readonly EncoderLayer[] _layers;
    private readonly Tensor _words; // [vocabulary, hidden]
    private readonly Tensor _positions; // [positions, hidden]
    private readonly Tensor _types; // [types, hidden]
    private readonly Tensor _normWeight; // [hidden]
    private readonly Tensor _normBias; // [hidden]

    public FrozenEncoder(LoadedEncoder encoder, Device device)
    {
        Config = encoder.Config;
        Device = device;
        _words = encoder["embeddings.word_embeddings.weight"].ToTorch(device).DetachFromDisposeScope();
        _positions = encoder["embeddings.position_embeddings.weight"].ToTorch(device).DetachFromDisposeScope();
        _types = encoder["embeddings.token_type_embeddings.weight"].ToTorch(device).DetachFromDisposeScope();
        _normWeight = encoder["embeddings.LayerNorm.weight"].ToTorch(device).DetachFromDisposeScope();
        _normBias = encoder["embeddings.LayerNorm.bias"].ToTorch(device).DetachFromDisposeScope();
        _layers = [.. Enumerable.Range(0, Config.Layers).Select(index => new EncoderLayer(encoder, index, device))];
    }

    public EncoderConfig Config { get; }

    public Device Device { get; }

    /// <summary>The hidden states after the last layer, [B, T, hidden].</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="tuning">What is added in the layers.</param>
    /// <param name="dropout">Dropout as in pretraining, or null for none.</param>
    public Tensor Forward(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout) =>
        Layers(batch, tuning, dropout).Last();

    /// <summary>The embeddings' output, then each layer's: layers + 1 tensors [B, T, hidden].</summary>
    public IEnumerable<Tensor> Layers(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout)
    {
        Tensor x = Embed(batch); // [B, T, hidden]
        x = dropout is null ? x : dropout.Hidden(x);
        yield return x;
        foreach (EncoderLayer layer in _layers)
        {
            x = layer.Forward(x, batch.Bias, tuning, dropout);
            yield return x;
        }
    }

    public void Dispose()
    {
        _words.Dispose();
        _positions.Dispose();
        _types.Dispose();
        _normWeight.Dispose();
        _normBias.Dispose();
        foreach (EncoderLayer layer in _layers)
        {
            layer.Dispose();
        }
    }

    private Tensor Embed(EncoderBatch batch)
    {
        Tensor sum = Rows(_words, batch.Ids) + Rows(_positions, batch.Positions) + Rows(_types, batch.Types); // [B, T, hidden]
        return F.layer_norm(sum, [Config.HiddenSize], _normWeight, _normBias, Config.LayerNormEpsilon);
    }

    private static Tensor Rows(Tensor table, Tensor indices) =>
        table.index_select(0, indices.flatten()).view(indices.shape[0], indices.shape[1], table.shape[1]);
}
