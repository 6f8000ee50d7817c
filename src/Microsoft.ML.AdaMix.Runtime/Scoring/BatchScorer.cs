using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;
using Microsoft.ML.AdaMix.Models;
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
    private readonly TextInput _input = model.Model.Tuned.Input;
    private (ITextTokenizer Tokenizer, IModelSession Session)? _open;
    private bool _disposed;

    /// <summary>Scores one text or pair.</summary>
    public RowScores Score(string text, string? pair, bool withEmbedding)
    {
        lock (_lock) // against Cool
        {
            (ITextTokenizer tokenizer, IModelSession session) = Open(SessionUse.Row, CancellationToken.None);
            TokenIds[][] ids = [tokenizer.Encode(text, pair, _input)];
            return Score(session, [(text, pair)], ids, withEmbedding, CancellationToken.None)[0];
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
        TokenIds[][] ids = new TokenIds[rows.Count][];
        ParallelOptions everywhere = new() { CancellationToken = cancellation };
        Parallel.For(0, rows.Count, everywhere, row => ids[row] = tokenizer.Encode(rows[row].Text, rows[row].Pair, _input));
        return Score(session, rows, ids, withEmbedding, cancellation);
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

    // Windows are scored as rows are: of a long text they may lie in several batches.
    private RowScores[] Score(
        IModelSession session, IReadOnlyList<(string Text, string? Pair)> rows, TokenIds[][] windows, bool withEmbedding,
        CancellationToken cancellation)
    {
        int[] rowOf = [.. windows.SelectMany((own, row) => Enumerable.Repeat(row, own.Length))];
        TokenIds[] ids = [.. windows.SelectMany(own => own)];
        int[] order = [.. Enumerable.Range(0, ids.Length).OrderBy(window => ids[window].Length)];
        RowScores?[] scores = new RowScores?[ids.Length];
        bool readsEmbeddings = withEmbedding || (_input.Windows is { CombinesEmbeddings: true } && ids.Length > rows.Count);
        void Run(Range batch) => BatchScorer.Run(
            session, window => rows[rowOf[window]].Text, ids, order.AsSpan(batch), scores, readsEmbeddings, cancellation);
        IEnumerable<Range> batches = Batches(order, ids, session.TokensPerBatch);
        if (forRow)
        {
            foreach (Range batch in batches)
            {
                Run(batch);
            }
        }
        else
        {
            RunMany(batches, Run, session.AtOnce, cancellation);
        }

        RowScores[] all = scores!;
        return _input.Windows is { } how && ids.Length > rows.Count ? WindowScores.Combine(all, windows, how, session) : all;
    }

    private static void RunMany(IEnumerable<Range> batches, Action<Range> run, int atOnce, CancellationToken cancellation)
    {
        try
        {
            // One by one, so that no worker is left with several batches while others have none.
            OrderablePartitioner<Range> parts = Partitioner.Create(batches, EnumerablePartitionerOptions.NoBuffering);
            ParallelOptions workers = new() { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation };
            Parallel.ForEach(parts, workers, run);
        }
        catch (AggregateException errors)
        {
            cancellation.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    private static void Run(
        IModelSession session, Func<int, string> textOf, TokenIds[] ids, ReadOnlySpan<int> rows,
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
                : throw NotFinite(textOf(rows[i]), row);
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
