using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// Finds words for the classes: those that the pretrained encoder expects at the mask of a class's rows more than at that of the others
/// (Gao et al. 2021, section 5.1; told apart as by Schick et al. 2020).
/// </summary>
/// <param name="data">Rows in their template, with one mask.</param>
/// <param name="head">The checkpoint's masked-LM head.</param>
/// <param name="checkCanceled">Called before every batch, from several threads.</param>
internal sealed class WordSearch(PreparedData data, LanguageHead head, Action checkCanceled)
{
    private const int MostRows = 64; // of a class
    private const int BatchSize = 16;

    // Of a class's likeliest tokens: those that stand out among rare ones say little.
    private const int Likeliest = 500;

    /// <param name="perClass">Words a class; fewer where there are fewer.</param>
    /// <param name="device">Where it computes.</param>
    /// <exception cref="InvalidOperationException">A class has no row, or no word.</exception>
    public ClassWords Find(int perClass, Device device)
    {
        float[][] likely = Likelihoods(device);
        FramedTokenizer tokenizer = EncoderExtras.For(data.Encoder).Framed(specialTokensInText: false);
        TemplateText template = TemplateText.Parse(data.Text.Template!.Text);
        Dictionary<int, string> tokens = Vocabulary.Read(data.Encoder.Tokenizer, data.Encoder.Config.Family).Ids
            .ToDictionary(token => token.Value, token => token.Key);
        (int Id, string Word)[][] found = [.. Enumerable.Range(0, likely.Length).Select(label => Rank(likely, label)
            .Where(tokens.ContainsKey)
            .Select(id => (id, TemplateTokenizer.WordOf(tokenizer, template, tokens[id], id, data.Encoder.Config.Family)!))
            .Where(word => word.Item2 is not null)
            .Take(perClass)
            .ToArray())];
        if (Array.FindIndex(found, words => words.Length == 0) is >= 0 and var none)
        {
            throw new InvalidOperationException(
                $"No word was found for class {none} ('{data.Labels.Names?[none] ?? $"{none}"}') from its training rows; give "
                + "Template.Verbalizers.");
        }

        return new ClassWords(
            Array.ConvertAll(found, words => Array.ConvertAll(words, word => (int[])[word.Id])),
            Array.ConvertAll(found, words => string.Join(Verbalizers.Separator, words.Select(word => word.Word))));
    }

    // Tokens of a class, the best first: of its likeliest ones those that no other class makes likelier, by how far they stand out.
    private static IEnumerable<int> Rank(float[][] likely, int label)
    {
        float[] own = likely[label];
        float Others(int token) => likely.Where((_, other) => other != label).Average(other => other[token]);
        return Enumerable.Range(0, own.Length).OrderByDescending(token => own[token]).ThenBy(token => token).Take(Likeliest)
            .Where(token => likely.All(other => ReferenceEquals(other, own) || other[token] < own[token]))
            .OrderByDescending(token => own[token] - Others(token)).ThenBy(token => token);
    }

    // [classes][vocabulary]: mean log-probability at the mask of a class's rows.
    private float[][] Likelihoods(Device device)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using FrozenEncoder encoder = new(data.Encoder, device) { Masked = data.Text.Template!.Masked };
        using MaskedLanguageHead language = new(
            data.Encoder.Config, new HeadWeights(head.DenseWeight, head.DenseBias, head.Decoder, head.DecoderBias) { Norm = head.Norm },
            device);
        using OperatorThreads threads = OperatorThreads.Open(device);
        float[][] likely = new float[data.Labels.Count][];
        threads.Run(likely.Length, label => likely[label] = Likelihood(encoder, language, label));
        return likely;
    }

    private float[] Likelihood(FrozenEncoder encoder, MaskedLanguageHead language, int label)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        int[] rows = [.. Enumerable.Range(0, data.Training.Count).Where(row => (int)data.Training.Targets[row] == label).Take(MostRows)];
        if (rows.Length == 0)
        {
            throw new InvalidOperationException(
                $"Class {label} ('{data.Labels.Names?[label] ?? $"{label}"}') has no training row, from which a word could be found; give "
                + "Template.Verbalizers.");
        }

        Tensor sum = zeros([language.Outputs], ScalarType.Float32, encoder.Device);
        foreach (int[] batch in rows.Chunk(BatchSize))
        {
            checkCanceled();
            using DisposeScope inner = NewDisposeScope();
            PaddedRows padded = data.Training.Ids.Pad(batch, encoder.Config.PadTokenId);
            using EncoderBatch texts = EncoderBatch.Create(padded, encoder.Config, encoder.Device, encoder.Masked);
            Tensor logits = language.Forward(encoder.Forward(texts, NoTuning.Instance, null), NoTuning.Instance, null);
            sum.AddInPlace(nn.functional.log_softmax(logits, -1).sum(0), 1);
        }

        return sum.Times(1.0 / rows.Length).ToArray();
    }
}
