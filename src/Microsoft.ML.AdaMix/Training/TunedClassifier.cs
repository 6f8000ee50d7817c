using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// The model in torch, for training and for routes that are drawn while predicting: frozen encoder, a method's tensors with their experts,
/// head. Disposing it frees encoder and head; the method's tensors outlive it.
/// </summary>
/// <param name="Encoder">The pretrained encoder.</param>
/// <param name="Tuning">The method's tensors.</param>
/// <param name="Head">The head.</param>
/// <param name="Mixture">How many experts there are, and how training takes them.</param>
internal sealed record TunedClassifier(FrozenEncoder Encoder, ITuningModule Tuning, ITextHead Head, MixtureOptions Mixture)
    : IDisposable
{
    private const int GpuLengthMultiple = 8;

    /// <summary>
    /// What rows' padded length is a multiple of: on a GPU lengths are few, so that memory and kernels chosen for a shape are used again.
    /// </summary>
    public int LengthMultiple { get; init; } = Encoder.Device.type == DeviceType.CPU ? 1 : GpuLengthMultiple;

    /// <summary>What becomes of a long text's windows, where rows have several.</summary>
    public WindowCombination Combination { get; init; }

    /// <summary>What training moves: the method's tensors, then the head.</summary>
    public IEnumerable<TrainableParameter> Parameters => Tuning.Tensors.SelectMany(tensor => tensor.Parameters).Concat(Head.Parameters);

    /// <summary>How many numbers training moves.</summary>
    public long CountParameters() => Parameters.Sum(parameter => parameter.Value.numel());

    /// <summary>Some sequences as the encoder reads them; to be disposed.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="batch">Which.</param>
    /// <param name="passes">How many times over, one behind the other.</param>
    public EncoderBatch Pad(TokenTable rows, int[] batch, int passes = 1)
    {
        PaddedRows padded = rows.Pad(passes == 1 ? batch : [.. batch, .. batch], Encoder.Config.PadTokenId, LengthMultiple);
        return EncoderBatch.Create(padded, Encoder.Config, Encoder.Device, Encoder.Masked);
    }

    /// <summary>
    /// What enters the first tuned layer, without dropout: the same in every pass and epoch. Only for methods that leave the embeddings
    /// alone.
    /// </summary>
    /// <returns>[B, T, hidden], or [B, R, hidden] if no layer is tuned; without gradient.</returns>
    public Tensor Below(EncoderBatch batch) =>
        Encoder.Below(batch, Tuning.Bind(MergedExperts.For(Mixture), null), Tuning.FrozenLayers!.Value);

    /// <summary>Logits [B, outputs].</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="tuning">What computes.</param>
    /// <param name="dropout">The run's dropout, or null for none.</param>
    /// <param name="below">What enters the first tuned layer, as <see cref="Below"/> gives it, if it is known.</param>
    /// <param name="windows">Windows of each row, where the batch has some; null where each of its sequences is a row.</param>
    public Tensor Forward(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout, Tensor? below = null, int[]? windows = null) =>
        Classify(Read(batch, tuning, dropout, below), tuning, dropout?.Dropout, windows);

    /// <summary>What the head reads of sequences, [S, R hidden].</summary>
    /// <param name="batch">The sequences.</param>
    /// <param name="tuning">What computes.</param>
    /// <param name="dropout">The run's dropout, or null for none.</param>
    /// <param name="below">What enters the first tuned layer, as <see cref="Below"/> gives it, if it is known.</param>
    public Tensor Read(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout, Tensor? below) => below is null
        ? Encoder.Forward(batch, tuning, dropout)
        : Encoder.Above(below, Tuning.FrozenLayers!.Value, batch, tuning, dropout);

    /// <summary>Logits [B, outputs] from what the head reads of sequences, [S, R hidden].</summary>
    /// <param name="read">Of the sequences.</param>
    /// <param name="tuning">What computes.</param>
    /// <param name="dropout">Of the sequences, or null for none.</param>
    /// <param name="windows">Windows of each row, where there are some; null where each sequence is a row.</param>
    public Tensor Classify(Tensor read, ITuning tuning, Dropout? dropout, int[]? windows)
    {
        if (windows is null)
        {
            return Head.Forward(read, tuning, dropout);
        }

        // Dropout and experts belong to sequences: the row's embedding is read in the place of its first one.
        return CombinesEmbeddings
            ? WindowRows.First(Head.Forward(Together(read, windows), tuning, dropout), windows)
            : WindowRows.Combine(Head.Forward(read, tuning, dropout).to_type(ScalarType.Float32), windows, Combination);
    }

    /// <summary>Logits [B, outputs] of the merged model, without dropout.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="below">What enters the first tuned layer, if it is known.</param>
    /// <param name="windows">See <see cref="Forward"/>.</param>
    public Tensor Merged(EncoderBatch batch, Tensor? below = null, int[]? windows = null) =>
        Forward(batch, Tuning.Bind(MergedExperts.For(Mixture), null), null, below, windows);

    /// <summary>What the output layer of the classification head reads, [B, hidden], of the merged model, without dropout.</summary>
    /// <remarks>Where windows' logits are combined, their mean.</remarks>
    /// <param name="batch">The rows.</param>
    /// <param name="windows">See <see cref="Forward"/>.</param>
    public Tensor Features(EncoderBatch batch, int[]? windows = null)
    {
        ITuning merged = Tuning.Bind(MergedExperts.For(Mixture), null);
        Tensor read = Encoder.Forward(batch, merged, null);
        Tensor Of(Tensor embeddings) => ((ClassificationHead)Head).Features(embeddings, merged, null);
        return windows is null ? Of(read)
            : CombinesEmbeddings ? WindowRows.First(Of(Together(read, windows)), windows)
            : WindowRows.Combine(Of(read), windows, WindowCombination.MeanLogits);
    }

    private bool CombinesEmbeddings => Combination is WindowCombination.MeanEmbedding or WindowCombination.MaxEmbedding;

    // Each window gets what all windows of its row have become together.
    private Tensor Together(Tensor read, int[] windows) => WindowRows.Spread(WindowRows.Combine(read, windows, Combination), windows);

    public void Dispose()
    {
        Encoder.Dispose();
        Head.Dispose();
    }
}
