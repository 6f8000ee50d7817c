using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// A model with what scoring takes: tokenizer and native session, made when the first score is computed and kept warm between uses. Safe
/// for use by many threads.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="open">Opens a session for scoring; null for ONNX Runtime on the merged model.</param>
internal sealed class WarmModel(ServedModel model, Func<IModelSession>? open = null)
{
    private readonly Lock _lock = new();
    private readonly Func<IModelSession> _open = open ?? (() => ModelSessions.Open(model.Tuned, model.Precision));
    private ITextTokenizer? _tokenizer;
    private IModelSession? _lease;

    public ServedModel Model => model;

    /// <summary>Whether the merged model is what scores.</summary>
    public bool IsMerged => open is null;

    /// <summary>The tokenizer, and a lease of the caller's own on the session.</summary>
    public (ITextTokenizer Tokenizer, IModelSession Session) Open()
    {
        TunedModel merged = model.Tuned;
        lock (_lock)
        {
            _tokenizer ??= EncoderExtras.For(merged.Encoder).Tokenizer(merged.Input.SpecialTokensInText);
            _lease ??= _open();
            return (_tokenizer, _open());
        }
    }

    /// <summary>Gives up the lease that keeps the session warm; the next <see cref="Open"/> takes one again.</summary>
    public void Cool()
    {
        lock (_lock)
        {
            _lease?.Dispose();
            _lease = null;
        }
    }
}
