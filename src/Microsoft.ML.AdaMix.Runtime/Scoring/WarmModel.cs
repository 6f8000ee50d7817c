using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// A model with what scoring takes: tokenizer and native sessions, each made when the first score that needs it is computed and kept warm
/// between uses. Safe for use by many threads.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="open">Opens a session for scoring; null for ONNX Runtime on the merged model.</param>
internal sealed class WarmModel(ServedModel model, Func<SessionUse, IModelSession>? open = null)
{
    private readonly Lock _lock = new();
    private readonly Func<SessionUse, IModelSession> _open = open ?? (use => ModelSessions.Open(model.Tuned, model.Precision, use));
    private readonly IModelSession?[] _leases = new IModelSession?[2]; // by use
    private readonly RowScorers _rows = new();
    private ITextTokenizer? _tokenizer;

    public ServedModel Model => model;

    /// <summary>Whether the merged model is what scores.</summary>
    public bool IsMerged => open is null;

    /// <summary>A scorer for an engine's row. The engine does not dispose it; its lease ends as <see cref="Cool"/> says.</summary>
    public BatchScorer ForRow()
    {
        BatchScorer scorer = new(this, forRow: true);
        _rows.Add(scorer);
        return scorer;
    }

    /// <summary>A row was disposed.</summary>
    public void Forget(BatchScorer row) => _rows.Remove(row);

    /// <summary>The tokenizer, and a lease of the caller's own on the session.</summary>
    /// <param name="row">The caller, if it scores for a row.</param>
    /// <param name="use">What for.</param>
    /// <param name="cancellation">Ends the waiting; a session whose making was begun is made all the same.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public (ITextTokenizer Tokenizer, IModelSession Session) Open(BatchScorer? row, SessionUse use, CancellationToken cancellation)
    {
        if (row is not null)
        {
            _rows.Add(row);
        }

        if (!cancellation.CanBeCanceled || Volatile.Read(ref _leases[(int)use]) is not null)
        {
            return Open(use);
        }

        Task<(ITextTokenizer Tokenizer, IModelSession Session)> opening =
            Task.Factory.StartNew(() => Open(use), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return opening.WaitAsync(cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(
                made => made.Result.Session.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>
    /// Gives up the leases that keep sessions warm, and those of rows if as many engines as there are rows have ended: an engine says so
    /// by this call. The next score takes a lease again.
    /// </summary>
    public void Cool()
    {
        lock (_lock)
        {
            foreach (ref IModelSession? lease in _leases.AsSpan())
            {
                lease?.Dispose();
                lease = null;
            }
        }

        foreach (BatchScorer row in _rows.End())
        {
            row.Cool();
        }
    }

    private (ITextTokenizer Tokenizer, IModelSession Session) Open(SessionUse use)
    {
        TunedModel merged = model.Tuned;
        lock (_lock)
        {
            _tokenizer ??= EncoderExtras.For(merged.Encoder).Tokenizer(merged.Input);
            _leases[(int)use] ??= _open(use);
            return (_tokenizer, _open(use));
        }
    }
}
