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

    private const int Likeliest = 500; // words of a class that are looked at

    /// <param name="perClass">Words a class; fewer where there are fewer.</param>
    /// <param name="device">Where it computes.</param>
    /// <exception cref="InvalidOperationException">A class has no row, or no word.</exception>
    public ClassWords Find(int perClass, Device device)
    {
        float[][] likely = Likelihoods(device);
        (int Id, string Word)[] words = Candidates(likely);
        double[][] shares = Array.ConvertAll(likely, tokens => Shares(tokens, words));
        (int Id, string Word)[][] found =
            [.. shares.Select((_, label) => Rank(shares, label).Take(perClass).Select(word => words[word]).ToArray())];
        if (Array.FindIndex(found, own => own.Length == 0) is >= 0 and var none)
        {
            throw new InvalidOperationException(
                $"No word was found for class {Name(none)} from its training rows; give Template.Verbalizers.");
        }

        return new ClassWords(
            Array.ConvertAll(found, own => Array.ConvertAll(own, word => (int[])[word.Id])),
            Array.ConvertAll(found, own => string.Join(Verbalizers.Separator, own.Select(word => word.Word))));
    }

    // The likeliest words of each class, in the order of their ids: those that stand out among rare ones say little.
    private (int Id, string Word)[] Candidates(float[][] likely)
    {
        FramedTokenizer tokenizer = EncoderExtras.For(data.Encoder).Framed(specialTokensInText: false);
        TemplateText template = TemplateText.Parse(data.Text.Template!.Text);
        (int Id, string Word)[] words =
        [
            .. tokenizer.Vocabulary.Ids
                .Select(token => (token.Value, TemplateTokenizer.WordOf(tokenizer, template, token.Key, token.Value)!))
                .Where(word => word.Item2 is not null)
                .OrderBy(word => word.Value),
        ];
        HashSet<int> likeliest =
            [.. likely.SelectMany(tokens => words.OrderByDescending(word => tokens[word.Id]).Take(Likeliest).Select(word => word.Id))];
        return [.. words.Where(word => likeliest.Contains(word.Id)).DistinctBy(word => word.Word, StringComparer.OrdinalIgnoreCase)];
    }

    // Log-probabilities among the words alone, so that each class expects some of them more than the others do.
    private static double[] Shares(float[] tokens, (int Id, string Word)[] words)
    {
        double[] own = Array.ConvertAll(words, word => (double)tokens[word.Id]);
        double sum = Math.Log(own.Sum(Math.Exp));
        return Array.ConvertAll(own, share => share - sum);
    }

    // Words of a class, the best first: those that no other class expects more, by how far they stand out.
    private static IEnumerable<int> Rank(double[][] shares, int label)
    {
        double[][] others = [.. shares.Where((_, other) => other != label)];
        return Enumerable.Range(0, shares[label].Length)
            .Where(word => others.All(other => other[word] < shares[label][word]))
            .OrderByDescending(word => shares[label][word] - others.Average(other => other[word]))
            .ThenBy(word => word);
    }

    private string Name(int label) => $"{label} ('{data.Labels.Names?[label] ?? $"{label}"}')";

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
                $"Class {Name(label)} has no training row, from which a word could be found; give Template.Verbalizers.");
        }

        Tensor sum = zeros([language.Outputs], ScalarType.Float32, encoder.Device);
        foreach (int[] batch in rows.Chunk(BatchSize))
        {
            checkCanceled();
            using DisposeScope inner = NewDisposeScope();
            PaddedRows padded = data.Training.Ids.Pad(batch, encoder.Config.PadTokenId);
            using EncoderBatch texts = EncoderBatch.Create(padded, encoder.Config, encoder.Device, encoder.Masked);
            Tensor logits = language.Forward(encoder.Forward(texts, NoTuning.Instance, null), NoTuning.Instance, null);
            sum.AddInPlace(nn.functional.log_softmax(logits, -1).sum(dim: 0), 1);
        }

        return sum.Times(1.0 / rows.Length).ToArray();
    }
}
