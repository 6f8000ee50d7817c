using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// A pretrained encoder of any family whose weights never change. Gradients flow through it to whatever an <see cref="ITuning"/> adds,
/// not into it.
/// </summary>
internal sealed class FrozenEncoder : IDisposable
{
    private readonly Embeddings _embeddings;
    private readonly FamilyNetwork _family;
    private readonly IEncoderBlock[] _layers;

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
        _family = FamilyNetwork.Create(encoder, device, states);
        _layers = [.. Enumerable.Range(0, Config.Layers).Select(index => _family.Layer(encoder, index, device, precision, states))];
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
    public Tensor Layer(int index, Tensor x, AttentionPlaces places, ITuning tuning, EncoderDropout? dropout, bool allTokens = false)
    {
        if (allTokens || index < _layers.Length - 1)
        {
            return _layers[index].Forward(x, places, tuning, dropout, first: null);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor last = _layers[index].Forward(x, places, tuning, dropout, first: Config.Definition.ReadsMean(Config) ? null : Read);
        return _family.Read(last, places, tuning).MoveToOuterDisposeScope();
    }

    /// <summary>What stands behind the last layer, [B, T, hidden] to the same; of most families nothing.</summary>
    public Tensor Finish(Tensor x, ITuning tuning) => _family.Finish(x, tuning);

    /// <summary>What attention knows of a batch.</summary>
    public AttentionPlaces Places(EncoderBatch batch, ITuning tuning)
    {
        EncoderBatch whole = tuning.Prompt is { } prompt ? batch.BehindPrompt((int)prompt.shape[0]) : batch;
        return _family.Places(whole.Bias?.to_type(States), batch.Length + (int)(tuning.Prompt?.shape[0] ?? 0));
    }

    // x: what enters the layer from, [B, T, hidden]; the result leaves the layer before end, [B, T, hidden], the last one [B, R, hidden].
    private Tensor Layers(int from, int end, Tensor x, EncoderBatch batch, ITuning tuning, EncoderDropout? dropout)
    {
        AttentionPlaces places = Places(batch, tuning);
        for (int layer = from; layer < end; layer++)
        {
            x = Layer(layer, x, places, tuning, dropout);
        }

        return x;
    }

    public void Dispose()
    {
        _embeddings.Dispose();
        _family.Dispose();
        foreach (IEncoderBlock layer in _layers)
        {
            layer.Dispose();
        }
    }
}
