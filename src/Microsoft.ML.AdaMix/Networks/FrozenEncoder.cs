using Microsoft.ML.AdaMix.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

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
    /// <param name="precision">Type of the frozen matrices and of what is multiplied with them.</param>
    /// <param name="states">
    /// Type of residuals, LayerNorm, softmax and of what is trained: float32, but that of the matrices on a GPU, where a cast costs as much
    /// as a product.
    /// </param>
    public FrozenEncoder(
        LoadedEncoder encoder, Device device, ScalarType precision = ScalarType.Float32, ScalarType states = ScalarType.Float32)
    {
        Config = encoder.Config;
        Device = device;
        Precision = precision;
        States = states;
        _embeddings = new Embeddings(encoder, device, states);
        _layers = [.. Enumerable.Range(0, Config.Layers).Select(index => new EncoderLayer(encoder, index, device, precision, states))];
    }

    public EncoderConfig Config { get; }

    public Device Device { get; }

    /// <summary>The type in which the frozen matrices are multiplied.</summary>
    public ScalarType Precision { get; }

    /// <summary>The type of residuals and of what is trained.</summary>
    public ScalarType States { get; }

    /// <summary>The tokens that the head reads, which lead in its batches; null, the default, for each row's first one.</summary>
    public MaskedTokens? Masked { get; init; }

    /// <summary>How many tokens of a row the head reads.</summary>
    public int Read => Masked?.Count ?? 1;

    /// <summary>
    /// What the head reads: each row's first R tokens after the last layer, [B, R hidden]. Nothing of the last layer's other tokens is
    /// computed.
    /// </summary>
    /// <param name="batch">The rows.</param>
    /// <param name="tuning">What a method changes.</param>
    /// <param name="dropout">Dropout as in pretraining, or null for none.</param>
    public Tensor Forward(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout)
    {
        Tensor x = Embed(batch, tuning, dropout); // [B, T, hidden]
        return Above(x, 0, batch, tuning, dropout); // [B, R hidden]
    }

    /// <summary>
    /// The first half of <see cref="Forward"/>, for layers in which nothing is tuned: what enters the given layer, [B, T, hidden], or for
    /// the number of layers what leaves the last one, [B, R, hidden]. Without dropout and gradient.
    /// </summary>
    /// <param name="batch">The rows.</param>
    /// <param name="tuning">What a method changes above; it may move positions.</param>
    /// <param name="layer">0 up to and with the number of layers.</param>
    public Tensor Below(EncoderBatch batch, ITuning tuning, int layer)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Embed(batch, tuning, null); // [B, T, hidden]
        return Layers(0, layer, x, batch, tuning, null).MoveToOuterDisposeScope();
    }

    /// <summary>The second half of <see cref="Forward"/>: [B, R hidden] from what <see cref="Below"/> gave.</summary>
    /// <param name="below">What enters the layer.</param>
    /// <param name="layer">The same as there.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="tuning">What a method changes.</param>
    /// <param name="dropout">Dropout as in pretraining, or null for none.</param>
    public Tensor Above(Tensor below, int layer, EncoderBatch batch, ITuning tuning, EncoderDropout? dropout) =>
        Layers(layer, _layers.Length, below, batch, tuning, dropout).flatten(1); // [B, R hidden]

    /// <summary>What the embeddings give the first layer, [B, T, hidden].</summary>
    public Tensor Embed(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout)
    {
        Tensor x = _embeddings.Forward(batch, tuning);
        return dropout is null ? x : dropout.Hidden(x);
    }

    /// <summary>
    /// One layer, [B, T, hidden] to [B, T, hidden]; of the last one first tokens only, [B, R, hidden], unless all are asked for.
    /// </summary>
    public Tensor Layer(int index, Tensor x, Tensor? bias, ITuning tuning, EncoderDropout? dropout, bool allTokens = false) =>
        _layers[index].Forward(x, bias, tuning, dropout, first: !allTokens && index == _layers.Length - 1 ? Read : null);

    /// <summary>What attention adds to its scores, [B, 1, 1, T], or null where no row is padded.</summary>
    public Tensor? Bias(EncoderBatch batch, ITuning tuning) =>
        (tuning.Prompt is { } prompt ? batch.BehindPrompt((int)prompt.shape[0]).Bias : batch.Bias)?.to_type(States);

    // x: what enters the layer from, [B, T, hidden]; the result leaves the layer before end, [B, T, hidden], the last one [B, R, hidden].
    private Tensor Layers(int from, int end, Tensor x, EncoderBatch batch, ITuning tuning, EncoderDropout? dropout)
    {
        Tensor? bias = Bias(batch, tuning); // [B, 1, 1, T]
        for (int layer = from; layer < end; layer++)
        {
            x = Layer(layer, x, bias, tuning, dropout);
        }

        return x;
    }

    public void Dispose()
    {
        _embeddings.Dispose();
        foreach (EncoderLayer layer in _layers)
        {
            layer.Dispose();
        }
    }
}
