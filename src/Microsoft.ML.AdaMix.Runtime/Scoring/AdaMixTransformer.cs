using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Persistence;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// A text classifier tuned with AdaMix: frozen encoder, merged adapters and head, run by ONNX Runtime. Adds <c>PredictedLabel</c> (the class as
/// a key with the training label's values), <c>Score</c> (probabilities [classes], summing to one, slots named by class) and, if the options said so,
/// logits [classes] and the embedding [hidden size]. A missing text is scored as an empty one.
/// </summary>
/// <remarks>
/// May be used by many threads and engines at once. Native memory is taken when the first score is read, not before, and held while a row, cursor or this
/// transformer needs it; disposing the transformer, which <c>PredictionEngine</c> does by default, leaves other engines working, and later uses take the
/// memory again.
/// </remarks>
public sealed class AdaMixTransformer : ITransformer, IDisposable
{
    private readonly IHost _host;
    private readonly WarmModel _model;

    internal AdaMixTransformer(IHostEnvironment environment, ClassificationModel model)
    {
        _host = environment.Register(nameof(AdaMixTransformer));
        _model = new WarmModel(model);
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal ClassificationModel Model => _model.Model;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new ScoreSchema(inputSchema, Model).Output;

    /// <summary>Adds the score columns; they are computed in batches while the result is read.</summary>
    /// <param name="input">A view with the text column or columns.</param>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredView(_host, input, new ScoreSchema(input.Schema, Model), _model);
    }

    /// <summary>Releases this transformer's hold on native memory. It can still be used.</summary>
    public void Dispose() => _model.Cool();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new ScoredRowMapper(new ScoreSchema(inputSchema, Model), _model);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStore.Save(ctx, Model);
}
