using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>
/// Scores with new random routes for every batch, row or token, in libtorch. The order in which rows come decides which routes they get.
/// </summary>
/// <param name="model">Encoder, experts and head.</param>
/// <param name="router">Draws the routes; its own for this session.</param>
internal sealed class RoutedSession(TunedClassifier model, Router router) : IModelSession
{
    private const int Tokens = 1024; // libtorch computes a batch on all threads

    private readonly Lock _lock = new();

    public int Outputs => model.Head.Outputs;

    public int EmbeddingSize => model.Encoder.Config.HiddenSize;

    public int TokensPerBatch => Tokens;

    public int AtOnce => 1; // which routes a batch gets depends on how many came before it

    public void Score(ReadOnlySpan<TokenIds> rows, Span<float> logits, Span<float> embeddings, CancellationToken cancellation = default)
    {
        try
        {
            Compute(rows, logits, embeddings, cancellation);
        }
        catch (Exception error) when (MemoryShortage.Is(error))
        {
            throw MemoryShortage.Named(
                $"to score {rows.Length} texts with random routes",
                MemoryShortage.IsOfCard(error)
                    ? $"Score fewer rows at a time, or end what else uses {model.Encoder.Device}."
                    : "Score fewer rows at a time, or give the process more memory.",
                error);
        }
    }

    private void Compute(ReadOnlySpan<TokenIds> rows, Span<float> logits, Span<float> embeddings, CancellationToken cancellation)
    {
        lock (_lock)
        {
            cancellation.ThrowIfCancellationRequested();
            using IDisposable gradients = no_grad();
            using DisposeScope scope = NewDisposeScope();
            Device device = model.Encoder.Device;
            using EncoderBatch batch = EncoderBatch.Pad(rows, model.Encoder.Config, device, model.Encoder.Masked);
            IExpertSelection experts = router.Draw(1, batch.Rows, batch.Length).Rows(0, batch.Rows, batch.Length, device);
            ITuning tuning = new StoppableTuning(model.Tuning.Bind(experts, null), cancellation);
            Tensor read = model.Encoder.Forward(batch, tuning, null); // [B, R hidden]
            model.Head.Forward(read, tuning, null).ToArray().CopyTo(logits);
            if (!embeddings.IsEmpty)
            {
                read.narrow(1, 0, EmbeddingSize).ToArray().CopyTo(embeddings);
            }
        }
    }

    public void ScoreEmbeddings(ReadOnlySpan<float> embeddings, Span<float> logits)
    {
        lock (_lock)
        {
            using IDisposable gradients = no_grad();
            using DisposeScope scope = NewDisposeScope();
            Device device = model.Encoder.Device;
            int rows = embeddings.Length / EmbeddingSize;
            ITuning tuning = model.Tuning.Bind(router.Draw(1, rows, 1).Rows(0, rows, 1, device), null);
            Tensor read = tensor(embeddings.ToArray(), rows, EmbeddingSize).ToDevice(device);
            model.Head.Forward(read, tuning, null).ToArray().CopyTo(logits);
        }
    }

    public void Dispose()
    {
        // Encoder and experts belong to the TrainedMixture.
    }
}
