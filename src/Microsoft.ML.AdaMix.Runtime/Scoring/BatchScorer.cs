using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Tokenises and scores texts; holds a lease on the model's session. Safe for use by many threads.</summary>
internal sealed class BatchScorer : IDisposable
{
    // A batch holds about as many tokens, padding included, whatever the rows' length.
    private const int TokensPerBatch = 2048;

    private readonly IModelSession _session;
    private readonly ITextTokenizer _tokenizer;
    private readonly int _maxLength;

    public BatchScorer(ClassificationModel model, ITextTokenizer tokenizer)
    {
        _session = ModelSessions.Open(model.Merged);
        _tokenizer = tokenizer;
        _maxLength = model.Merged.Input.MaxLength;
    }

    /// <summary>Scores one text or pair.</summary>
    public RowScores Score(string text, string? pair, bool withEmbedding)
    {
        RowScores?[] scores = new RowScores?[1];
        Run([_tokenizer.Encode(text, pair, _maxLength)], [0], scores, withEmbedding);
        return scores[0]!;
    }

    /// <summary>Scores many rows in batches of similar length.</summary>
    public RowScores[] Score(IReadOnlyList<(string Text, string? Pair)> rows, bool withEmbedding)
    {
        TokenIds[] ids = new TokenIds[rows.Count];
        Parallel.For(0, rows.Count, row => ids[row] = _tokenizer.Encode(rows[row].Text, rows[row].Pair, _maxLength));
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(row => ids[row].Length)];
        RowScores?[] scores = new RowScores?[rows.Count];
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && (end - start + 1) * ids[order[end]].Length <= TokensPerBatch)
            {
                end++;
            }

            Run(ids, order.AsSpan(start, end - start), scores, withEmbedding);
            start = end;
        }

        return scores!;
    }

    public void Dispose() => _session.Dispose();

    private void Run(TokenIds[] ids, ReadOnlySpan<int> rows, RowScores?[] scores, bool withEmbedding)
    {
        TokenIds[] batch = new TokenIds[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            batch[i] = ids[rows[i]];
        }

        int width = withEmbedding ? _session.EmbeddingSize : 0;
        float[] logits = new float[rows.Length * _session.Outputs]; // [B, classes]
        float[] embeddings = new float[rows.Length * width]; // [B, hidden]
        _session.Score(batch, logits, embeddings);
        for (int i = 0; i < rows.Length; i++)
        {
            scores[rows[i]] = new RowScores(
                logits.AsSpan(i * _session.Outputs, _session.Outputs).ToArray(),
                embeddings.AsSpan(i * width, width).ToArray());
        }
    }
}
