using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>Scores with new random routes for every batch, row or token, in libtorch. The order in which rows come decides which routes they get.</summary>
/// <param name="model">Encoder and head.</param>
/// <param name="tuning">The experts.</param>
/// <param name="router">Draws the routes; its own for this session.</param>
internal sealed class RoutedSession(RoutedModel model, ITuningModule tuning, Router router) : IModelSession
{
    private readonly Lock _lock = new();

    public int Outputs => model.Outputs;

    public int EmbeddingSize => model.Encoder.Config.HiddenSize;

    public void Score(ReadOnlySpan<TokenIds> rows, Span<float> logits, Span<float> embeddings)
    {
        lock (_lock)
        {
            using IDisposable gradients = no_grad();
            using DisposeScope scope = NewDisposeScope();
            Device device = model.Encoder.Device;
            using EncoderBatch batch = EncoderBatch.Pad(rows.ToArray(), model.Encoder.Config, device);
            ITuning bound = tuning.Bind(router.Draw(batch.Rows, batch.Length, device), null);
            Tensor first = model.Encoder.Forward(batch, bound, null); // [B, hidden]
            model.Head(first).ToArray().CopyTo(logits);
            if (!embeddings.IsEmpty)
            {
                first.ToArray().CopyTo(embeddings);
            }
        }
    }

    public void Dispose()
    {
        // Encoder and experts belong to the TrainedMixture.
    }
}
