using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// Tokenises and scores texts; holds a lease on the model's session from the first score on. Safe for use by many threads.
/// </summary>
/// <param name="model">What scores.</param>
/// <param name="forRow">Whether it scores for a row, which nobody disposes: see <see cref="WarmModel.ForRow"/>.</param>
internal sealed class BatchScorer(WarmModel model, bool forRow = false) : IDisposable
{
    /// <summary>
    /// From so many rows on several batches are scored at once, each on one thread; fewer are scored as a row is, on all threads.
    /// </summary>
    public const int ManyRows = 16;

    // Characters of a text that an error shows.
    private const int LongestQuote = 60;

    private readonly Lock _lock = new();
    private readonly int _maxLength = model.Model.Tuned.Input.MaxLength;
    private (ITextTokenizer Tokenizer, IModelSession Session)? _open;
    private bool _disposed;

    /// <summary>Scores one text or pair.</summary>
    public RowScores Score(string text, string? pair, bool withEmbedding)
    {
        lock (_lock) // against Cool
        {
            (ITextTokenizer tokenizer, IModelSession session) = Open(SessionUse.Row, CancellationToken.None);
            RowScores?[] scores = new RowScores?[1];
            TokenIds[] ids = [tokenizer.Encode(text, pair, _maxLength)];
            Run(session, [(text, pair)], ids, [0], scores, withEmbedding, CancellationToken.None);
            return scores[0]!;
        }
    }

    /// <summary>Scores many rows in batches of similar length. Neither batches nor scores depend on how many are scored at once.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RowScores[] Score(IReadOnlyList<(string Text, string? Pair)> rows, bool withEmbedding, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        (ITextTokenizer tokenizer, IModelSession session) = Open(
            rows.Count < ManyRows ? SessionUse.Row : SessionUse.Batches, cancellation);
        TokenIds[] ids = new TokenIds[rows.Count];
        ParallelOptions everywhere = new() { CancellationToken = cancellation };
        Parallel.For(0, rows.Count, everywhere, row => ids[row] = tokenizer.Encode(rows[row].Text, rows[row].Pair, _maxLength));
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(row => ids[row].Length)];
        RowScores?[] scores = new RowScores?[rows.Count];
        try
        {
            // One by one, so that no worker is left with several batches while others have none.
            OrderablePartitioner<Range> batches = Partitioner.Create(
                Batches(order, ids, session.TokensPerBatch), EnumerablePartitionerOptions.NoBuffering);
            ParallelOptions workers = new() { MaxDegreeOfParallelism = session.AtOnce, CancellationToken = cancellation };
            Parallel.ForEach(
                batches, workers, batch => Run(session, rows, ids, order.AsSpan(batch), scores, withEmbedding, cancellation));
        }
        catch (AggregateException errors)
        {
            cancellation.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }

        return scores!;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Cool();
        }

        if (forRow)
        {
            model.Forget(this);
        }
    }

    /// <summary>Gives up the lease; the next score takes one again.</summary>
    public void Cool()
    {
        lock (_lock)
        {
            _open?.Session.Dispose();
            _open = null;
        }
    }

    private (ITextTokenizer Tokenizer, IModelSession Session) Open(SessionUse use, CancellationToken cancellation)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _open ??= model.Open(forRow ? this : null, use, cancellation);
        }
    }

    /// <summary>Ranges of rows that are scored together.</summary>
    /// <param name="order">Rows by length.</param>
    /// <param name="ids">Their tokens.</param>
    /// <param name="tokens">How many a batch has at most, padding included, unless it is a single row.</param>
    private static IEnumerable<Range> Batches(int[] order, TokenIds[] ids, int tokens)
    {
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && (end - start + 1) * ids[order[end]].Length <= tokens)
            {
                end++;
            }

            yield return start..end;
            start = end;
        }
    }

    private static void Run(
        IModelSession session, IReadOnlyList<(string Text, string? Pair)> texts, TokenIds[] ids, ReadOnlySpan<int> rows,
        RowScores?[] scores, bool withEmbedding, CancellationToken cancellation)
    {
        TokenIds[] batch = new TokenIds[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            batch[i] = ids[rows[i]];
        }

        int width = withEmbedding ? session.EmbeddingSize : 0;
        float[] logits = new float[rows.Length * session.Outputs]; // [B, classes]
        float[] embeddings = new float[rows.Length * width]; // [B, hidden]
        session.Score(batch, logits, embeddings, cancellation);
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> row = logits.AsSpan(i * session.Outputs, session.Outputs);
            scores[rows[i]] = float.IsFinite(TensorPrimitives.MaxMagnitude(row))
                ? new RowScores(row.ToArray(), embeddings.AsSpan(i * width, width).ToArray())
                : throw NotFinite(texts[rows[i]].Text, row);
        }
    }

    private static InvalidOperationException NotFinite(string text, ReadOnlySpan<float> logits)
    {
        string beginning = text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
        return new InvalidOperationException(
            $"The model gave logits that are not finite ({string.Join(", ", logits.ToArray())}) for the text '{beginning}'; its weights "
            + "are damaged or training has diverged. Train again with a lower learning rate.");
    }
}
