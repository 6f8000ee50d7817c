using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>
/// The mean of the logits of several models (ensemble of logits, section 3.3 of the paper). Costs as much as all of them.
/// </summary>
internal sealed class EnsembleSession(IEnumerable<TunedModel> models, SessionUse use) : IModelSession
{
    private readonly IModelSession[] _members = [.. models.Select(
        model => ModelSessions.Open(model, ServingPrecision.Float32, use))];

    public int Outputs => _members[0].Outputs;

    public int EmbeddingSize => _members[0].EmbeddingSize;

    public int TokensPerBatch => _members[0].TokensPerBatch;

    public int AtOnce => _members[0].AtOnce;

    public void Score(ReadOnlySpan<TokenIds> rows, Span<float> logits, Span<float> embeddings, CancellationToken cancellation = default)
    {
        logits.Clear();
        embeddings.Clear();
        float[] memberLogits = new float[logits.Length];
        float[] memberEmbeddings = new float[embeddings.Length];
        foreach (IModelSession member in _members)
        {
            member.Score(rows, memberLogits, memberEmbeddings, cancellation);
            TensorPrimitives.Add(logits, memberLogits, logits);
            TensorPrimitives.Add(embeddings, memberEmbeddings, embeddings);
        }

        TensorPrimitives.Divide(logits, _members.Length, logits);
        TensorPrimitives.Divide(embeddings, _members.Length, embeddings);
    }

    public void ScoreEmbeddings(ReadOnlySpan<float> embeddings, Span<float> logits)
    {
        logits.Clear();
        float[] memberLogits = new float[logits.Length];
        foreach (IModelSession member in _members)
        {
            member.ScoreEmbeddings(embeddings, memberLogits);
            TensorPrimitives.Add(logits, memberLogits, logits);
        }

        TensorPrimitives.Divide(logits, _members.Length, logits);
    }

    public void Dispose() => Array.ForEach(_members, member => member.Dispose());
}
