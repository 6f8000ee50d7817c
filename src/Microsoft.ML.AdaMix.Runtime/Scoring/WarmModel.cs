using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// A classifier with what scoring takes: tokenizer and native session, made when the first score is computed and kept warm between uses. Safe for use
/// by many threads.
/// </summary>
internal sealed class WarmModel(ClassificationModel model)
{
    private readonly Lock _lock = new();
    private ITextTokenizer? _tokenizer;
    private IModelSession? _lease;

    public ClassificationModel Model => model;

    /// <summary>The tokenizer, and a lease of the caller's own on the session.</summary>
    public (ITextTokenizer Tokenizer, IModelSession Session) Open()
    {
        MergedModel merged = model.Merged;
        lock (_lock)
        {
            _tokenizer ??= TextTokenizer.Create(merged.Encoder.Tokenizer, merged.Encoder.Config.Family, merged.Input.SpecialTokensInText);
            _lease ??= ModelSessions.Open(merged);
            return (_tokenizer, ModelSessions.Open(merged));
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
