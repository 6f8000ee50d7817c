using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Transformer;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Delta files: models and whole pipelines saved without the encoder, which many of them share.</summary>
/// <remarks>
/// A file holds what tuning brought, SHA-256 of the encoder and its tokenizer, and the rest of the pipeline; on RoBERTa-base with
/// adapters of bottleneck 16 that is less than 1.5 MB instead of 500.
/// </remarks>
public static class DeltaFileExtensions
{
    /// <summary>
    /// Like <see cref="ModelOperationsCatalog.Save(ITransformer, DataViewSchema, string)"/>, without the encoders of the
    /// <see cref="AdaMixTransformer"/>s in the model, and in the form <see cref="DeltaPrecision.Compact"/>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The compact form moves logits by some 1e-4. The file is written as by <see cref="AtomicSaveExtensions.SaveAtomically"/>: whole or
    /// not at all.
    /// </para>
    /// <para>
    /// To load it, use <see cref="LoadDelta(ModelOperationsCatalog, string, PretrainedEncoder, out DataViewSchema)"/>; or ML.NET's own
    /// Load in a process where the encoder is known: it was <see cref="PretrainedEncoder.Register">registered</see>, is the embedded
    /// roberta-mini, or a model in memory that was loaded, or saved as a delta file, uses it.
    /// </para>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="model">A transformer or a chain of them.</param>
    /// <param name="inputSchema">Schema of the model's input, or null.</param>
    /// <param name="path">The file to write or replace.</param>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="ArgumentException">There is no <see cref="AdaMixTransformer"/> in the model.</exception>
    public static void SaveDelta(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path) =>
        catalog.SaveDelta(model, inputSchema, path, DeltaPrecision.Compact);

    /// <summary>
    /// Like <see cref="SaveDelta(ModelOperationsCatalog, ITransformer, DataViewSchema, string)"/>, compact or exact.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="model">A transformer or a chain of them.</param>
    /// <param name="inputSchema">Schema of the model's input, or null.</param>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="precision">How the tuned matrices are held.</param>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// There is no <see cref="AdaMixTransformer"/> in the model, or <paramref name="precision"/> is no value of its type.
    /// </exception>
    public static void SaveDelta(
        this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path, DeltaPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(path);
        WriteCheck.TemporaryFolder(HostInternals.TemporaryFolder(HostInternals.Environment(catalog)));
        AtomicFile.Write(path, stream => catalog.SaveDelta(model, inputSchema, stream, precision));
    }

    /// <summary>Like <see cref="SaveDelta(ModelOperationsCatalog, ITransformer, DataViewSchema, string)"/>, to a stream.</summary>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="model">A transformer or a chain of them.</param>
    /// <param name="inputSchema">Schema of the model's input, or null.</param>
    /// <param name="stream">Where it is written; stays open.</param>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="ArgumentException">There is no <see cref="AdaMixTransformer"/> in the model.</exception>
    public static void SaveDelta(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, Stream stream) =>
        catalog.SaveDelta(model, inputSchema, stream, DeltaPrecision.Compact);

    /// <summary>
    /// Like <see cref="SaveDelta(ModelOperationsCatalog, ITransformer, DataViewSchema, string)"/>, to a stream, compact or exact.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="model">A transformer or a chain of them.</param>
    /// <param name="inputSchema">Schema of the model's input, or null.</param>
    /// <param name="stream">Where it is written; stays open.</param>
    /// <param name="precision">How the tuned matrices are held.</param>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// There is no <see cref="AdaMixTransformer"/> in the model, or <paramref name="precision"/> is no value of its type.
    /// </exception>
    public static void SaveDelta(
        this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, Stream stream, DeltaPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentException($"The precision is {precision}; expected Compact or Exact.", nameof(precision));
        }

        using DeltaScope scope = DeltaScope.ForSaving(precision);
        ModelPacking.Save(catalog, model, inputSchema, stream);
        if (scope.Saved == 0)
        {
            throw new ArgumentException(
                "There is no AdaMixTransformer in the model, so there is no encoder to leave out; use mlContext.Model.Save.",
                nameof(model));
        }
    }

    /// <summary>
    /// Loads a delta file on its encoder. Models on one encoder share it in memory, those of self-contained files included.
    /// </summary>
    /// <remarks>A self-contained file is loaded too; the encoder is not looked at then, and a warning in the log says so.</remarks>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="path">The file.</param>
    /// <param name="encoder">The encoder that was tuned: the same weights and tokenizer files.</param>
    /// <param name="inputSchema">Schema of the model's input; null if none was saved.</param>
    /// <returns>The model; a chain where one was saved.</returns>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="IOException">The file or the encoder's folder is missing, cannot be read, or is changed meanwhile.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or was tuned on another encoder; the message names both.</exception>
    public static ITransformer LoadDelta(
        this ModelOperationsCatalog catalog, string path, PretrainedEncoder encoder, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(path);
        (ITransformer model, inputSchema) = new SteadyFiles().Read(RegularFile.Require(path), stream =>
        {
            ITransformer loaded = catalog.LoadDelta(stream, encoder, out DataViewSchema schema);
            return (loaded, schema);
        });
        return model;
    }

    /// <summary>
    /// Like <see cref="LoadDelta(ModelOperationsCatalog, string, PretrainedEncoder, out DataViewSchema)"/>, from a stream.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="stream">A stream that can seek; stays open.</param>
    /// <param name="encoder">The encoder that was tuned: the same weights and tokenizer files.</param>
    /// <param name="inputSchema">Schema of the model's input; null if none was saved.</param>
    /// <returns>The model; a chain where one was saved.</returns>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="InvalidDataException">
    /// The stream's content is damaged, or was tuned on another encoder; the message names both.
    /// </exception>
    public static ITransformer LoadDelta(
        this ModelOperationsCatalog catalog, Stream stream, PretrainedEncoder encoder, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(encoder);
        using DeltaScope scope = DeltaScope.ForLoading(encoder);
        ITransformer model = ModelContainer.Load(catalog, stream, out inputSchema);
        if (!scope.UsedEncoder)
        {
            using IChannel channel = HostInternals.Environment(catalog).Start(nameof(LoadDelta));
            channel.Warning(
                MessageSensitivity.None,
                $"The encoder '{encoder.Name}' that was given is not used: the file has no model without an encoder of its own.");
        }

        return model;
    }
}
