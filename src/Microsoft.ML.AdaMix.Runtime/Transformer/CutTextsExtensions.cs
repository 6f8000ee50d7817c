using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML;

/// <summary>Says how much of some texts a model does not read.</summary>
public static class CutTextsExtensions
{
    // Enough to keep all processors busy; fewer rows where texts are long.
    private const int RowsPerChunk = 1024;
    private const long CharactersPerChunk = 1 << 24;

    /// <summary>
    /// Counts the texts that are longer than the model's maximum length, and what they lose. Reads the text columns once and scores
    /// nothing.
    /// </summary>
    /// <param name="model">A trained or loaded pipeline, or an <see cref="AdaMixTransformer"/> itself.</param>
    /// <param name="data">The rows that the model is to score.</param>
    /// <param name="cancellationToken">Stops the counting.</param>
    /// <exception cref="ArgumentException">There is no AdaMix model in it.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static CutTexts CountCutTexts(this ITransformer model, IDataView data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        (AdaMixTransformer? text, IDataView input) = Find(model, data);
        return text is not null ? Count(text.Model, input, cancellationToken) : throw new ArgumentException(
            $"There is no {nameof(AdaMixTransformer)} in the model, which is of type {model.GetType().Name}; only such a one has a maximum "
            + "length.",
            nameof(model));
    }

    /// <summary>The first AdaMix model of a pipeline with what it reads; null with what the pipeline gives if there is none.</summary>
    private static (AdaMixTransformer? Model, IDataView Input) Find(ITransformer model, IDataView input)
    {
        switch (model)
        {
            case AdaMixTransformer text:
                return (text, input);
            case IEnumerable<ITransformer> chain:
                foreach (ITransformer part in chain)
                {
                    (AdaMixTransformer? found, input) = Find(part, input);
                    if (found is not null)
                    {
                        return (found, input);
                    }
                }

                return (null, input);
            default:
                return (null, model.Transform(input));
        }
    }

    private static CutTexts Count(ServedModel model, IDataView input, CancellationToken cancellationToken)
    {
        TextInput limits = model.Tuned.Input;
        ITextTokenizer tokenizer = EncoderExtras.For(model.Tuned.Encoder).Tokenizer(limits);
        ScoreSchema schema = new(input.Schema, model);
        using DataViewRowCursor cursor = input.GetRowCursor(schema.TextColumns);
        (long texts, long cut, long read, long lost) = (0, 0, 0, 0);
        (long beyond, long halved) = (0, 0);
        foreach (List<(string Text, string? Pair)> chunk in Chunks(cursor, new RowTextReader(cursor, schema)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Parallel.ForEach(chunk, new ParallelOptions { CancellationToken = cancellationToken }, row =>
            {
                TokenIds[] windows = tokenizer.Encode(row.Text, row.Pair, limits);
                TokenIds last = windows[^1];
                Interlocked.Add(ref cut, last.Cut > 0 ? 1 : 0);
                Interlocked.Add(ref beyond, last.Cut > last.CutBeside ? 1 : 0);
                Interlocked.Add(ref halved, last.CutBeside > 0 ? 1 : 0);
                Interlocked.Add(ref read, windows.Sum(window => window.Length - window.Repeated));
                Interlocked.Add(ref lost, last.Cut);
            });
            texts += chunk.Count;
        }

        return new CutTexts
        {
            Texts = texts,
            Cut = cut,
            BeyondWindows = limits.Windows is null ? 0 : beyond,
            HalvedPairs = halved,
            ShareOfTokens = lost == 0 ? 0 : lost / (double)(read + lost),
            MaxLength = limits.MaxLength,
            MaxWindows = limits.Windows?.Most ?? 1,
        };
    }

    private static IEnumerable<List<(string Text, string? Pair)>> Chunks(DataViewRowCursor cursor, RowTextReader reader)
    {
        List<(string Text, string? Pair)> chunk = [];
        long characters = 0;
        while (cursor.MoveNext())
        {
            (string text, string? pair) = reader.Read();
            chunk.Add((text, pair));
            characters += text.Length + (pair?.Length ?? 0);
            if (chunk.Count == RowsPerChunk || characters >= CharactersPerChunk)
            {
                yield return chunk;
                chunk = [];
                characters = 0;
            }
        }

        yield return chunk;
    }
}
