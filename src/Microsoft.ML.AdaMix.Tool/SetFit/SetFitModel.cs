using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Contrastive;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tool.SetFit;

/// <summary>
/// A text classifier as SetFit makes it: an encoder that was trained on pairs of labelled texts, and logistic regression on its vectors.
/// Disposing it frees the encoder.
/// </summary>
internal sealed class SetFitModel : IDisposable
{
    private const int RowsOfBatch = 64;

    private readonly LoadedEncoder _loaded;
    private readonly int _maxLength;
    private readonly SentenceEncoder _encoder;

    private SetFitModel(LoadedEncoder loaded, AdaMixOptions options)
    {
        _loaded = loaded;
        _maxLength = Math.Min(options.MaxLength, loaded.Config.MaxSequenceLength);
        Device device = TrainingDevices.Choose(options.Device);
        _encoder = new SentenceEncoder(loaded, device, MachinePrecision.Choose(options.Precision, device));
    }

    /// <summary>Where it computes: cpu, or a card.</summary>
    public string Device => $"{_encoder.Device}";

    /// <summary>In what it multiplies.</summary>
    public ScalarType Precision => _encoder.Precision;

    private int[] Known { get; init; } = []; // classes that training rows have

    private LogisticRegression? Head { get; set; }

    /// <summary>Trains a model.</summary>
    /// <param name="encoder">The encoder; a sentence encoder is what it is meant for.</param>
    /// <param name="options">Longest text, device and precision; nothing else of them counts.</param>
    /// <param name="settings">How it is trained.</param>
    /// <param name="seed">Of all that is drawn.</param>
    /// <param name="rows">The texts.</param>
    /// <param name="classes">The class of each.</param>
    /// <param name="report">Hears of progress.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidOperationException">All rows have one class.</exception>
    public static SetFitModel Train(
        PretrainedEncoder encoder, AdaMixOptions options, SetFitSettings settings, int seed, TextRows rows, IReadOnlyList<int> classes,
        Action<TrainingProgress> report, CancellationToken cancellation)
    {
        LibTorch.EnsureLoaded(options.LibTorchFolder);
        using IDisposable mode = inference_mode(false);
        int[] known = [.. classes.Distinct().Order()];
        if (known.Length < 2)
        {
            throw new InvalidOperationException(
                $"All {rows.Count} training rows have the label '{rows.Rows[0].Label}'; pairs of rows need two labels or more.");
        }

        LoadedEncoder loaded = encoder.Load();
        InputCheck.CheckPairs(loaded, rows.ArePairs ? rows.Columns.Pair : null);
        SetFitModel model = new(loaded, options) { Known = known };
        try
        {
            TokenTable ids = model.Encode(rows.Rows.Select(row => (row.Text, rows.ArePairs ? row.Pair : null)));
            int[] places = [.. classes.Select(index => Array.IndexOf(known, index))];
            using OperatorThreads threads = OperatorThreads.Open(model._encoder.Device);
            SentencePair[] pairs = SentencePairs.Draw(places, settings.Iterations, settings.MostPairs, RandomSource.For(seed, "pairs"));
            new ContrastiveTraining(
                model._encoder, settings.Training, RandomSource.For(seed, "dropout"), report, cancellation.ThrowIfCancellationRequested)
                .Run(ids, pairs, threads);
            float[][] vectors = model._encoder.Embed(ids, RowsOfBatch, threads, cancellation.ThrowIfCancellationRequested);
            model.Head = LogisticRegression.Fit(vectors, places, known.Length, settings.HeadC);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The probabilities of all classes, a row each; 0 for classes that no training row had.</summary>
    public float[][] Score(IReadOnlyList<(string Text, string? Pair)> rows, int classes, CancellationToken cancellation)
    {
        using OperatorThreads threads = OperatorThreads.Open(_encoder.Device);
        float[][] vectors = _encoder.Embed(Encode(rows), RowsOfBatch, threads, cancellation.ThrowIfCancellationRequested);
        return Array.ConvertAll(vectors, vector =>
        {
            float[] scores = new float[classes];
            foreach ((int place, double probability) in Head!.Probabilities(vector).Index())
            {
                scores[Known[place]] = (float)probability;
            }

            return scores;
        });
    }

    public void Dispose() => _encoder.Dispose();

    private TokenTable Encode(IEnumerable<(string Text, string? Pair)> rows)
    {
        ITextTokenizer tokenizer = EncoderExtras.For(_loaded).Tokenizer(specialTokensInText: false);
        TokenTable table = new(tokenizer.VocabularySize);
        foreach ((string text, string? pair) in rows)
        {
            table.Add(tokenizer.Encode(text, pair, _maxLength));
        }

        return table;
    }
}
