using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Persistence;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// A text classifier tuned with AdaMix: frozen encoder, merged adapters and head, run by ONNX Runtime. Adds <c>PredictedLabel</c> (the class as
/// a key with the training label's values), <c>Score</c> (probabilities [classes], summing to one, slots named by class) and, if the options said so,
/// logits [classes] and the embedding [hidden size]. A missing text is scored as an empty one.
/// </summary>
/// <remarks>
/// May be used by many threads and engines at once. Native memory is held while a row, cursor or this transformer needs it;
/// disposing the transformer, which <c>PredictionEngine</c> does by default, leaves other engines working, and later uses take the memory again.
/// </remarks>
public sealed class AdaMixTransformer : ITransformer, IDisposable
{
    private readonly IHost _host;
    private readonly ClassificationModel _model;
    private readonly Lock _leaseLock = new();
    private ITextTokenizer? _tokenizer;
    private IModelSession? _lease; // keeps the session warm between uses

    internal AdaMixTransformer(IHostEnvironment environment, ClassificationModel model)
    {
        _host = environment.Register(nameof(AdaMixTransformer));
        _model = model;
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal ClassificationModel Model => _model;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new ScoreSchema(inputSchema, _model).Output;

    /// <summary>Adds the score columns; they are computed in batches while the result is read.</summary>
    /// <param name="input">A view with the text column or columns.</param>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ScoreSchema schema = new(input.Schema, _model);
        return new ScoredView(_host, input, schema, _model, Warm());
    }

    /// <summary>Releases this transformer's hold on native memory. It can still be used.</summary>
    public void Dispose()
    {
        lock (_leaseLock)
        {
            _lease?.Dispose();
            _lease = null;
        }
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new ScoredRowMapper(new ScoreSchema(inputSchema, _model), _model, Warm());

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStore.Save(ctx, _model);

    private ITextTokenizer Warm()
    {
        lock (_leaseLock)
        {
            _lease ??= ModelSessions.Open(_model.Merged);
            return _tokenizer ??= TextTokenizer.Create(_model.Merged.Encoder.Tokenizer, _model.Merged.Encoder.Config.Family, _model.Merged.Input.SpecialTokensInText);
        }
    }
}
