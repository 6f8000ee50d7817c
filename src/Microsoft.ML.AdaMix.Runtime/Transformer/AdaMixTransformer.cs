using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Exchange;
using Microsoft.ML.AdaMix.Export;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// A text model tuned with AdaMix: frozen encoder, merged adapters and head, run by ONNX Runtime. What it adds depends on its task, and
/// is named and typed as ML.NET's own trainers have it.
/// </summary>
/// <remarks>
/// <para>
/// Multiclass classification adds <c>PredictedLabel</c> (the class as a key with the training label's values) and <c>Score</c>
/// (probabilities [classes], summing to one, slots named by class); binary classification <c>PredictedLabel</c> (bool), <c>Score</c>
/// (log-odds) and <c>Probability</c>; regression <c>Score</c>; multi-label classification <c>PredictedLabel</c> (bools [labels]) and
/// <c>Score</c> (probabilities [labels]). If the options said so, also the logits [outputs] and the embedding [hidden size]. A missing
/// text is scored as an empty one.
/// </para>
/// <para>
/// May be used by many threads and engines at once; an engine, and a cursor over a view, by one thread at a time, and two at once throw.
/// Native memory is taken when the first score is read, not before, and held while an engine, cursor or this transformer needs it;
/// disposing the transformer, which <c>PredictionEngine</c> does by default, leaves other engines working, and later uses take the memory
/// again.
/// </para>
/// </remarks>
public sealed class AdaMixTransformer : ITransformer, IDisposable
{
    private readonly IHost _host;
    private readonly WarmModel _model;

    /// <param name="environment">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="open">Opens a session for scoring; null for ONNX Runtime on the merged model.</param>
    internal AdaMixTransformer(IHostEnvironment environment, ServedModel model, Func<SessionUse, IModelSession>? open = null)
    {
        InputCheck.CheckPairs(model.Tuned.Encoder, model.Columns.SecondText);
        _host = environment.Register(nameof(AdaMixTransformer));
        _model = new WarmModel(model, open);
    }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>
    /// In which type the encoder's matrices are multiplied while scoring: what the training's options said, or
    /// <see cref="WithServingPrecision"/>.
    /// </summary>
    public ServingPrecision ServingPrecision => Model.Precision;

    /// <summary>How the model was trained; null for imported models and those that were saved before files kept it.</summary>
    public TrainingRecord? Training => Model.Training;

    internal ServedModel Model => _model.Model;

    /// <summary>The AdaMix models in a model, which is one or a chain.</summary>
    internal static IEnumerable<AdaMixTransformer> FindIn(ITransformer model) => model switch
    {
        AdaMixTransformer found => [found],
        IEnumerable<ITransformer> chain => chain.SelectMany(FindIn),
        _ => [],
    };

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new ScoreSchema(inputSchema, Model).Output;

    /// <summary>Adds the score columns; they are computed in batches each time that the result is read.</summary>
    /// <remarks>
    /// For a trainer that reads its rows many times, cache the result, for example with <c>mlContext.Data.Cache</c>. With a token that
    /// stops the reading: <see cref="CancelableTransformExtensions.Transform"/>.
    /// </remarks>
    /// <param name="input">A view with the text column or columns.</param>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        LabelOrder.Check(_host, input.Schema, Model);
        return new ScoredView(_host, input, new ScoreSchema(input.Schema, Model), _model, CancellationScope.Take());
    }

    /// <summary>The same model scoring in another precision; weights are shared with this one. Saving it saves the precision too.</summary>
    /// <param name="precision">Float32, Int8 or Auto.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not one of these.</exception>
    /// <exception cref="NotSupportedException">The model scores with random routes or an ensemble.</exception>
    public AdaMixTransformer WithServingPrecision(ServingPrecision precision)
    {
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(
                nameof(precision), precision, "There is no such serving precision; expected is Float32, Int8 or Auto.");
        }

        return _model.IsMerged
            ? new AdaMixTransformer(_host, Model with { Precision = precision })
            : throw new NotSupportedException(
                "A model that scores with random routes or an ensemble scores in float32 only. Take what TrainedMixture.Merge gives.");
    }

    /// <summary>
    /// The same model reading texts that are longer than it reads at once in windows; weights are shared with this one. Saving it saves
    /// that too.
    /// </summary>
    /// <remarks>
    /// Best is a model that was trained so (<c>AdaMixOptions.LongTexts</c>); one that was trained on short texts reads long ones too. Each
    /// window costs what a text of its length costs.
    /// </remarks>
    /// <param name="combine">What becomes of a text's windows. Null: as the model has it, or mean logits.</param>
    /// <param name="stride">
    /// Tokens that a window has in common with the one before, 0 or more and less than a window has. Null: as the model has it, or a
    /// quarter of that.
    /// </param>
    /// <param name="maxWindows">
    /// Most windows of a text, 1 to 1024; what is behind them is not read. Null: as the model has it, or 16.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="stride"/> is negative or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such <paramref name="combine"/>, or <paramref name="maxWindows"/> is out of range.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The model reads its texts in a template, or scores with random routes or an ensemble.
    /// </exception>
    public AdaMixTransformer WithWindows(WindowCombination? combine = null, int? stride = null, int? maxWindows = null)
    {
        if (combine is { } how && !Enum.IsDefined(how))
        {
            throw new ArgumentOutOfRangeException(
                nameof(combine), combine,
                $"There is no such combination; expected is {string.Join(", ", Enum.GetNames<WindowCombination>())}.");
        }

        TextWindows? before = Model.Tuned.Input.Windows;
        int most = maxWindows ?? before?.MaxWindows ?? TextWindows.DefaultWindows;
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1, nameof(maxWindows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, TextWindows.MostWindows, nameof(maxWindows));
        if (!_model.IsMerged || Model.Tuned.Input.Template is not null)
        {
            throw new NotSupportedException(_model.IsMerged
                ? "A model with a template reads no windows: its mask stands once in a text."
                : "A model that scores with random routes or an ensemble keeps how it reads texts. Take what TrainedMixture.Merge gives.");
        }

        TunedModel tuned = Model.Tuned;
        TextWindows windows = EncoderWindows.Create(
            tuned.Encoder, tuned.Input, Model.Columns.SecondText is not null, combine ?? before?.Combine ?? WindowCombination.MeanLogits,
            stride ?? before?.Stride, most, "The stride");
        return new AdaMixTransformer(_host, Model with { Tuned = tuned with { Input = tuned.Input with { Windows = windows } } });
    }

    /// <summary>
    /// Writes the tuned model for use without ML.NET: a folder with <c>onnx/model.onnx</c> (float32, opset 20, all weights inside), a
    /// <c>config.json</c> as Hugging Face's sequence classifiers have it, and the tokenizer's files.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The model's inputs are <c>input_ids</c>, <c>attention_mask</c> and for BERT <c>token_type_ids</c>, int64 [batch, sequence]; its
    /// outputs <c>logits</c>, float [batch, outputs], and <c>embedding</c>, float [batch, hidden size]. Two outputs are false and true;
    /// multi-label thresholds and the maximum length, which is also the tokenizer's, are under <c>adamix</c> in the configuration, and so
    /// are the windows of long texts: the graph scores a window as any text. A model that serves in int8 gets
    /// <c>onnx/model_quantized.onnx</c> too, whose matrices of bytes are multiplied by an operator of ONNX Runtime's own.
    /// </para>
    /// <para>
    /// <c>tokenizer.json</c> gives this model's ids, whatever tokenizer files the encoder has. Where <c>SpecialTokensInText</c> is false, a
    /// string such as <c>&lt;/s&gt;</c> in a text stays text there too, except with Unigram tokenizers, whose pieces special tokens are.
    /// </para>
    /// <para>
    /// The folder appears whole or not at all; symbolic links are followed, modes and owners kept. What earlier versions wrote,
    /// <c>model.onnx</c> beside the configuration, is replaced with the rest.
    /// </para>
    /// </remarks>
    /// <param name="folder">The folder to write; it must not be there yet, or be empty.</param>
    /// <param name="overwrite">
    /// Whether a folder with an earlier export may be replaced, false by default. Files that are not an export's are never deleted.
    /// </param>
    /// <param name="cancellationToken">Stops the export and leaves nothing behind.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="IOException">
    /// The folder is a file, is not empty, or holds files that are not an export's; or writing fails.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file in it is read-only.</exception>
    /// <exception cref="InvalidOperationException">The weights have more than the 2 GiB that an ONNX file can hold.</exception>
    /// <exception cref="NotSupportedException">The model scores with random routes or an ensemble.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void ExportOnnx(string folder, bool overwrite = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!_model.IsMerged)
        {
            throw new NotSupportedException(
                "A model that scores with random routes or an ensemble cannot be exported. Export what the TrainedMixture's Merge gives.");
        }

        OnnxExport.Write(Model, folder, overwrite, cancellationToken);
    }

    /// <summary>
    /// Writes what tuning brought as a folder that peft or the adapters library of AdapterHub loads onto the same encoder.
    /// </summary>
    /// <remarks>
    /// <para>
    /// peft takes LoRA, IA3, prefixes and prompts; adapters takes bottleneck adapters, LoRA and IA3. Weights and head are written bit for
    /// bit. What these libraries have no place for, such as columns and thresholds, stands in <c>adamix.json</c> beside their files, for
    /// <see cref="AdapterFolderExtensions.ImportAdapter"/>.
    /// </para>
    /// <para>The folder appears whole or not at all; symbolic links are followed, modes and owners kept.</para>
    /// </remarks>
    /// <param name="folder">The folder to write; it must not be there yet, or be empty.</param>
    /// <param name="format">Whose folder it is.</param>
    /// <param name="overwrite">
    /// Whether a folder with an earlier export may be replaced, false by default. Files that are not an export's are never deleted.
    /// </param>
    /// <param name="cancellationToken">Stops the export and leaves nothing behind.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="format"/> is no value of its type.</exception>
    /// <exception cref="IOException">
    /// The folder is a file, is not empty, or holds files that are not an export's; or writing fails.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file in it is read-only.</exception>
    /// <exception cref="NotSupportedException">
    /// The library has no form for what the model is, or the model scores with random routes or an ensemble; the message says what to do.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void ExportAdapter(
        string folder, AdapterFormat format, bool overwrite = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!Enum.IsDefined(format))
        {
            throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format; expected is Peft or AdapterHub.");
        }

        if (!_model.IsMerged)
        {
            throw new NotSupportedException(
                "A model that scores with random routes or an ensemble cannot be exported. Export what the TrainedMixture's Merge gives.");
        }

        AdapterFolder.Write(Model, folder, format, overwrite, cancellationToken);
    }

    /// <summary>Releases this transformer's hold on native memory. It can still be used.</summary>
    public void Dispose() => _model.Cool();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        new ScoredRowMapper(new ScoreSchema(inputSchema, Model), _model);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (!_model.IsMerged)
        {
            throw new NotSupportedException(
                "A model that scores with random routes or an ensemble cannot be saved."
                + " Save the TrainedMixture it came from, or what its Merge gives.");
        }

        ModelStore.Save(ctx, Model);
    }
}
