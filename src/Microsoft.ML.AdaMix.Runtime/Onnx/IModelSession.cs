using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// A merged model ready to score. Safe for use by many threads; native resources go when the last holder disposes its lease.
/// </summary>
internal interface IModelSession : IDisposable
{
    /// <summary>Number of logits a row.</summary>
    int Outputs { get; }

    /// <summary>Width of the embedding: the encoder's hidden size.</summary>
    int EmbeddingSize { get; }

    /// <summary>
    /// How many tokens, padding included, a batch of many rows should have: enough for products at full speed, few enough that what is
    /// between them stays in the processor's cache.
    /// </summary>
    int TokensPerBatch { get; }

    /// <summary>How many batches are to be scored at once; one where the rows' order decides the scores.</summary>
    int AtOnce { get; }

    /// <summary>Scores rows as one padded batch. Rows of similar length belong together: the cost is rows times the longest.</summary>
    /// <param name="rows">Token ids without padding; at least one row.</param>
    /// <param name="logits">[rows, outputs], written.</param>
    /// <param name="embeddings">[rows, hidden], the encoder's output for the first token; left empty if not wanted.</param>
    /// <param name="cancellation">Stops it, also in the middle.</param>
    /// <exception cref="OperationCanceledException">It was stopped; what was written is of no use.</exception>
    void Score(ReadOnlySpan<TokenIds> rows, Span<float> logits, Span<float> embeddings, CancellationToken cancellation = default);

    /// <summary>The logits of embeddings by the model's head alone: of what the windows of a long text have become together.</summary>
    /// <param name="embeddings">[rows, hidden].</param>
    /// <param name="logits">[rows, outputs], written.</param>
    void ScoreEmbeddings(ReadOnlySpan<float> embeddings, Span<float> logits);
}
