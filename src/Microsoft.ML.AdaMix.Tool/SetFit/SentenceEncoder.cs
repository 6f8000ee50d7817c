using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Contrastive;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tool.SetFit;

/// <summary>
/// An encoder, all of whose weights are trained, that gives a vector of length one for each text: the mean of its tokens after the last
/// layer, as all-MiniLM-L6-v2 has it.
/// </summary>
internal sealed class SentenceEncoder : IVectorModel, IDisposable
{
    private const int GpuLengthMultiple = 8;

    private readonly FrozenEncoder _encoder;
    private readonly ITuningModule _weights;
    private readonly ITuning _tuning;

    public SentenceEncoder(LoadedEncoder encoder, Device device, ScalarType precision)
    {
        using Generator generator = new(0, CPU); // nothing is drawn: weights begin as they are
        _weights = new FullFineTuning().Create(new MethodContext(encoder, 1, ExpertSharing.None, generator, device));
        _encoder = new FrozenEncoder(encoder, device, precision, MachinePrecision.States(precision, device));
        _tuning = _weights.Bind(new RoutedExpert(new Route[encoder.Config.Layers]), null);
    }

    public EncoderConfig Config => _encoder.Config;

    public Device Device => _encoder.Device;

    /// <summary>The type in which matrices are multiplied.</summary>
    public ScalarType Precision => _encoder.Precision;

    /// <inheritdoc/>
    public ScalarType States => _encoder.States;

    /// <inheritdoc/>
    public IEnumerable<TrainableParameter> Parameters => _weights.Tensors.SelectMany(tensor => tensor.Parameters);

    /// <inheritdoc/>
    public long DropoutWords(EncoderBatch batch) => EncoderDropout.WordsOfPass(Config, batch.Length);

    /// <inheritdoc/>
    public IDrawnExperts Draw(int texts, int tokens) => new DrawnMerge(); // there is one

    /// <inheritdoc/>
    public (Tensor Loss, Tensor?[] Gradients) Differentiate(
        int[] sequences, EncoderBatch batch, IExpertSelection experts, Dropout? masks, Tensor[] leaves, Func<Tensor, Tensor> loss)
    {
        Tensor found = loss(Embed(batch, masks is null ? null : new EncoderDropout(masks, Config.HiddenDropout, Config.AttentionDropout)));
        return (found.detach(), Gradients.Of(found, leaves));
    }

    /// <inheritdoc/>
    public EncoderBatch Pad(TokenTable rows, int[] batch) => EncoderBatch.Create(
        rows.Pad(batch, Config.PadTokenId, Device.type == DeviceType.CPU ? 1 : GpuLengthMultiple), Config, Device);

    /// <summary>float32 [B, hidden], each row of length one.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="dropout">Dropout as in pretraining, or null for none.</param>
    public Tensor Embed(EncoderBatch batch, EncoderDropout? dropout)
    {
        Tensor x = _encoder.Embed(batch, _tuning, dropout); // [B, T, hidden]
        AttentionPlaces places = _encoder.Places(batch, _tuning);
        for (int layer = 0; layer < Config.Layers; layer++)
        {
            x = _encoder.Layer(layer, x, places, _tuning, dropout, allTokens: true);
        }

        x = _encoder.Finish(x, _tuning);
        return UnitVectors.Of(Sum(x.to_type(ScalarType.Float32), batch.Bias)); // its direction is that of the mean
    }

    /// <summary>The vectors of all rows without dropout, in host memory.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="threads">They compute the batches.</param>
    /// <param name="checkCanceled">Called before every batch, from several threads.</param>
    public float[][] Embed(TokenTable rows, int batchSize, OperatorThreads threads, Action checkCanceled)
    {
        float[][] vectors = new float[rows.Count][];
        int[][] batches = [.. Batching.SortByLength(rows, batchSize)];
        threads.Run(batches.Length, index =>
        {
            checkCanceled();
            using IDisposable gradients = no_grad();
            using DisposeScope scope = NewDisposeScope();
            using EncoderBatch batch = Pad(rows, batches[index]);
            float[][] found = [.. Embed(batch, null).ToArray().Chunk(Config.HiddenSize)];
            foreach ((int place, int row) in batches[index].Index())
            {
                vectors[row] = found[place];
            }
        });
        return vectors;
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _weights.Dispose();
    }

    // Over the tokens that are not padding, [B, hidden].
    private static Tensor Sum(Tensor x, Tensor? bias)
    {
        if (bias is null)
        {
            return x.sum([1L]);
        }

        Tensor isToken = bias.exp().view(x.shape[0], x.shape[1], 1); // of 0 and −∞
        return (x * isToken).sum([1L]);
    }
}
