using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Experts as training left them, before merging. Every way to predict with them that the paper compares (section 3.3 and table 7) starts
/// here, without training again.
/// </summary>
/// <remarks>
/// What each way gives is a transformer like the one that <see cref="AdaMixTrainer.Fit(IDataView)"/> gives. <see cref="Merge"/>,
/// <see cref="Expert"/> and <see cref="Route"/> are tuned models that can be saved; an <see cref="Ensemble"/> and
/// <see cref="RandomRoutes"/> live in memory only.
/// </remarks>
public sealed class TrainedMixture : IDisposable
{
    private readonly IHost _host;
    private readonly ITuningModule _tuning;
    private readonly ServedModel _plain; // without what the experts change
    private readonly Device _device;
    private readonly Lazy<TunedClassifier> _routed;

    internal TrainedMixture(IHost host, TuningMethod method, MixtureOptions mixture, ITuningModule tuning, ServedModel plain, Device device)
    {
        _host = host;
        Method = method;
        Mixture = mixture;
        _tuning = tuning;
        _plain = plain;
        _device = device;
        _routed = new Lazy<TunedClassifier>(OpenClassifier);
    }

    /// <summary>The method that was trained.</summary>
    public TuningMethod Method { get; }

    /// <summary>Experts a layer.</summary>
    public int Experts => Mixture.Experts;

    /// <summary>What the experts share.</summary>
    public ExpertSharing Sharing => Mixture.Sharing;

    /// <summary>How many numbers training moved in the encoder: all experts, without the head.</summary>
    public long Parameters => _tuning.Tensors.SelectMany(tensor => tensor.Parameters).Sum(parameter => parameter.Value.numel());

    /// <summary>How the experts were trained; null for files that were saved before they kept it.</summary>
    public TrainingRecord? Training => _plain.Training;

    internal MixtureOptions Mixture { get; }

    internal ITuningModule Tuning => _tuning;

    internal ServedModel Plain => _plain;

    /// <summary>The model whose weights are the experts' mean: what <see cref="AdaMixTrainer.Fit(IDataView)"/> gives.</summary>
    /// <param name="weights">
    /// How much each expert counts, in proportion to their sum; zeros, and what is too small a share of the sum for float32, leave
    /// experts out. Null for all alike, as published, or for the only one that <see cref="ExpertRouting.Fixed"/> trained.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are not as many weights as experts, one is negative or not finite, or all are 0.
    /// </exception>
    public AdaMixTransformer Merge(IReadOnlyList<double>? weights = null)
    {
        if (weights is not null
            && (weights.Count != Experts
                || weights.Any(weight => !double.IsFinite(weight) || weight < 0)
                || weights.All(weight => weight == 0)))
        {
            throw new ArgumentException(
                $"The weights are [{string.Join(", ", weights)}]; expected {Experts} finite numbers, one an expert, of 0 or more"
                + " and not all 0.",
                nameof(weights));
        }

        return new AdaMixTransformer(_host, weights is null ? SelectMean() : Select(new MergedExperts(weights)));
    }

    /// <summary>The model in which one expert computes everywhere (fixed routing).</summary>
    /// <param name="expert">0 up to and without <see cref="Experts"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such expert.</exception>
    public AdaMixTransformer Expert(int expert)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expert);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(expert, Experts);
        return new AdaMixTransformer(_host, Select(new RoutedExpert([.. Enumerable.Repeat(new Route(expert, expert), Layers)])));
    }

    /// <summary>The model of one random route: an expert for each layer and projection, the same for all texts.</summary>
    /// <param name="seed">Seed of the draw.</param>
    public AdaMixTransformer Route(int seed) =>
        new(_host, Select(new RoutedExpert(CreateRouter(ExpertRouting.Batch, seed, "route").DrawRoutes())));

    /// <summary>
    /// A model that draws new routes while it predicts (random routing). Computes in libtorch; do not use it after this mixture was
    /// disposed.
    /// </summary>
    /// <param name="routing">How often: for a batch of texts, a text, or a token; in all layers alike or not.</param>
    /// <param name="seed">Seed of the draws; every view and engine starts from it.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="routing"/> is <see cref="ExpertRouting.Fixed"/>: that is <see cref="Expert"/>.
    /// </exception>
    public AdaMixTransformer RandomRoutes(ExpertRouting routing, int seed)
    {
        if (routing == ExpertRouting.Fixed || !Enum.IsDefined(routing))
        {
            throw new ArgumentException(
                $"The routing is {routing}; expected Batch, Example, Token or AllLayers. For a fixed expert use Expert.", nameof(routing));
        }

        return new AdaMixTransformer(_host, SelectMean(), _ => OpenRoutes(routing, seed));
    }

    /// <summary>A model that averages the logits of several random routes. It costs as much as all of them.</summary>
    /// <param name="routes">How many, 1 or more.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="routes"/> is less than 1.</exception>
    public AdaMixTransformer Ensemble(int routes, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(routes, 1);
        Router router = CreateRouter(ExpertRouting.Batch, seed, "ensemble");
        TunedModel[] members = [.. Enumerable.Range(0, routes).Select(_ => Select(new RoutedExpert(router.DrawRoutes())).Tuned)];
        return new AdaMixTransformer(_host, SelectMean(), use => new EnsembleSession(members, use));
    }

    /// <summary>Saves the experts unmerged, with the head, without the encoder: a mixture file. It appears whole or not at all.</summary>
    /// <param name="path">The file to write or replace; a safetensors file.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, Save);
    }

    /// <summary>Like <see cref="Save(string)"/>, to a stream.</summary>
    /// <param name="stream">Where it is written; stays open.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        MixtureFile.Save(this, stream);
    }

    /// <summary>Loads what <see cref="Save(string)"/> wrote.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="encoder">The encoder that was tuned: the same weights and tokenizer files.</param>
    /// <returns>The experts; to be disposed.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="IOException">The file or the encoder's folder is missing, cannot be read, or is changed meanwhile.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or was tuned on another encoder; the message names both.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing.</exception>
    public static TrainedMixture Load(MLContext mlContext, string path, PretrainedEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Load(mlContext, path, encoder, new SteadyFiles());
    }

    /// <summary>Likewise, with what reads the file.</summary>
    internal static TrainedMixture Load(MLContext mlContext, string path, PretrainedEncoder encoder, SteadyFiles files) =>
        Load(mlContext, () => files.Read(RegularFile.Require(path), ByteRegion.Read), path, encoder);

    /// <summary>Like <see cref="Load(MLContext, string, PretrainedEncoder)"/>, from a stream.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="stream">A stream that can seek, read from where it stands to its end; stays open.</param>
    /// <param name="encoder">The encoder that was tuned: the same weights and tokenizer files.</param>
    /// <returns>The experts; to be disposed.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    /// <exception cref="InvalidDataException">
    /// The stream's content is damaged, or was tuned on another encoder; the message names both.
    /// </exception>
    /// <exception cref="DllNotFoundException">libtorch is missing.</exception>
    public static TrainedMixture Load(MLContext mlContext, Stream stream, PretrainedEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream.CanSeek
            ? Load(mlContext, () => ByteRegion.Read(stream), "the stream", encoder)
            : throw new ArgumentException("The stream cannot seek; copy it to one that can, for example a MemoryStream.", nameof(stream));
    }

    /// <summary>Frees the experts. Merged models that came from them go on working.</summary>
    public void Dispose()
    {
        if (_routed.IsValueCreated)
        {
            _routed.Value.Dispose();
        }

        _tuning.Dispose();
    }

    private static TrainedMixture Load(MLContext mlContext, Func<ByteRegion> read, string name, PretrainedEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(encoder);
        return MixtureFile.Load(((IHostEnvironment)mlContext).Register(nameof(TrainedMixture)), read(), name, encoder);
    }

    private int Layers => _plain.Tuned.Encoder.Config.Layers;

    internal IModelSession OpenRoutes(ExpertRouting routing, int seed) =>
        new RoutedSession(_routed.Value, CreateRouter(routing, seed, "random routes"));

    // Training multiplied in its own precision; here it is float32, as the merged model has it.
    private TunedClassifier OpenClassifier()
    {
        TunedModel plain = _plain.Tuned;
        ITextHead head = plain.Head.Norm is null
            ? new ClassificationHead(plain.Encoder, plain.Head, _device)
            : new MaskedLanguageHead(plain.Encoder.Config, plain.Head, _device);
        FrozenEncoder encoder = new(plain.Encoder, _device) { Masked = plain.Input.Template?.Masked };
        return new TunedClassifier(encoder, _tuning, head, Mixture);
    }

    private Router CreateRouter(ExpertRouting routing, int seed, string purpose) =>
        new(Layers, Experts, Sharing, routing, 0, RandomSource.For(seed, purpose));

    private ServedModel SelectMean() => Select(MergedExperts.For(Mixture));

    private ServedModel Select(WholeBatch experts) => _plain with { Tuned = ModelMerger.Merge(_plain.Tuned, _tuning, experts) };
}
