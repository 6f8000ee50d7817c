using Microsoft.ML.AdaMix.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>
/// A pretrained RoBERTa or BERT encoder whose weights never change. Gradients flow through it to whatever an <see cref="ITuning"/> adds,
/// not into it.
/// </summary>
internal sealed class FrozenEncoder : IDisposable
{
    private readonly Embeddings _embeddings;
    private readonly EncoderLayer[] _layers;

    /// <param name="encoder">The checkpoint.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="precision">Type of the frozen matrices and of what is multiplied with them; LayerNorm, softmax and residuals are float32 always.</param>
    public FrozenEncoder(LoadedEncoder encoder, Device device, ScalarType precision = ScalarType.Float32)
    {
        Config = encoder.Config;
        Device = device;
        _embeddings = new Embeddings(encoder, device);
        _layers = [.. Enumerable.Range(0, Config.Layers).Select(index => new EncoderLayer(encoder, index, device, precision))];
    }

    public EncoderConfig Config { get; }

    public Device Device { get; }

    /// <summary>What the head reads: each row's first token after the last layer, [B, hidden]. Nothing of the last layer's other tokens is computed.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="tuning">What a method changes.</param>
    /// <param name="dropout">Dropout as in pretraining, or null for none.</param>
    public Tensor Forward(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout) =>
        States(batch, tuning, dropout, firstTokenOnly: true).Last().squeeze(1);

    /// <summary>The embeddings' output, then each layer's: layers + 1 tensors [B, T, hidden].</summary>
    public IEnumerable<Tensor> Layers(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout) => States(batch, tuning, dropout, firstTokenOnly: false);

    public void Dispose()
    {
        _embeddings.Dispose();
        foreach (EncoderLayer layer in _layers)
        {
            layer.Dispose();
        }
    }

    private IEnumerable<Tensor> States(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout, bool firstTokenOnly)
    {
        Tensor x = _embeddings.Forward(batch, tuning); // [B, T, hidden]
        x = dropout is null ? x : dropout.Hidden(x);
        Tensor? bias = tuning.Prompt is { } prompt ? batch.BehindPrompt((int)prompt.shape[0]).Bias : batch.Bias; // [B, 1, 1, T]
        yield return x;
        foreach (EncoderLayer layer in _layers)
        {
            x = layer.Forward(x, bias, tuning, dropout, firstTokenOnly && layer == _layers[^1]);
            yield return x;
        }
    }
}
