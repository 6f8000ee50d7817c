using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Persistence;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// A text model tuned with AdaMix: frozen encoder, merged adapters and head, run by ONNX Runtime. What it adds depends on its task, and is named and typed as ML.NET's
/// own trainers have it:
/// multiclass classification <c>PredictedLabel</c> (the class as a key with the training label's values) and <c>Score</c> (probabilities [classes], summing to one, slots
/// named by class); binary classification <c>PredictedLabel</c> (bool), <c>Score</c> (log-odds) and <c>Probability</c>; regression <c>Score</c>; multi-label classification
/// <c>PredictedLabel</c> (bools [labels]) and <c>Score</c> (probabilities [labels]). If the options said so, also the logits [outputs] and the embedding [hidden size]. A
/// missing text is scored as an empty one.
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

    /// <param name="environment">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="open">Opens a session for scoring; null for ONNX Runtime on the merged model.</param>
    internal AdaMixTransformer(IHostEnvironment environment, TextModel model, Func<IModelSession>? open = null)
    {
        _host = environment.Register(nameof(AdaMixTransformer));
        _model = new WarmModel(model, open);
    }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>In which type the encoder's matrices are multiplied while scoring: what the training's options said, or <see cref="WithServingPrecision"/>.</summary>
    public ServingPrecision ServingPrecision => Model.Precision;

    internal TextModel Model => _model.Model;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new ScoreSchema(inputSchema, Model).Output;

    /// <summary>Adds the score columns; they are computed in batches while the result is read.</summary>
    /// <param name="input">A view with the text column or columns.</param>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredView(_host, input, new ScoreSchema(input.Schema, Model), _model);
    }

    /// <summary>The same model scoring in another precision; weights are shared with this one. Saving it saves the precision too.</summary>
    /// <param name="precision">Float32, Int8 or Auto.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not one of these.</exception>
    /// <exception cref="NotSupportedException">The model scores with random routes or an ensemble.</exception>
    public AdaMixTransformer WithServingPrecision(ServingPrecision precision)
    {
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "There is no such serving precision; expected is Float32, Int8 or Auto.");
        }

        return _model.IsMerged
            ? new AdaMixTransformer(_host, Model with { Precision = precision })
            : throw new NotSupportedException("A model that scores with random routes or an ensemble scores in float32 only. Take what TrainedMixture.Merge gives.");
    }

    /// <summary>Releases this transformer's hold on native memory. It can still be used.</summary>
    public void Dispose() => _model.Cool();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new ScoredRowMapper(new ScoreSchema(inputSchema, Model), _model);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (!_model.IsMerged)
        {
            throw new NotSupportedException("A model that scores with random routes or an ensemble cannot be saved. Save the TrainedMixture it came from, or what its Merge gives.");
        }

        ModelStore.Save(ctx, Model);
    }
}
