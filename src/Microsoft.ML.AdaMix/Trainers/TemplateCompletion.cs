using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>What a template needs of the rows once they are read: words that are found from them, and demonstrations.</summary>
/// <param name="options">With a template.</param>
/// <param name="seed">Draws demonstrations.</param>
/// <param name="log">Hears of words that were found.</param>
/// <param name="checkCanceled">Called now and then, from several threads.</param>
internal sealed class TemplateCompletion(AdaMixOptions options, int seed, TrainingLog log, Action checkCanceled)
{
    private const int MostRows = 64; // of a class, that are looked at before training

    /// <summary>The rows as they train, with words and the template as it serves.</summary>
    public PreparedData Complete(PreparedData data, LanguageHead head)
    {
        PromptTemplate template = options.Template!;
        if (data.Words is null)
        {
            ClassWords words = new WordSearch(data, head, checkCanceled)
                .Find(template.AutomaticWords, TrainingDevices.Choose(options.Device));
            data = data with
            {
                Words = words,
                Text = data.Text with { Template = data.Text.Template! with { Words = words.Names } },
            };
            log.FoundWords(data);
        }
        else
        {
            log.SayMasks(data.Words);
        }

        return template.Demonstrations == 0 ? data : Demonstrations.Add(data, template.Demonstrations, seed);
    }

    /// <summary>
    /// Moves the logits so that over the training rows, each class counting alike, no class is favoured before training: words that are
    /// frequent in any text would win otherwise (Zhao et al. 2021).
    /// </summary>
    public static void Calibrate(TunedClassifier model, TrainingRows rows, Evaluation evaluation)
    {
        int outputs = model.Head.Outputs;
        float[] mean = new float[outputs];
        int[][] classes = [.. Enumerable.Range(0, rows.Count).GroupBy(row => (int)rows.Targets[row])
            .Select(own => own.Take(MostRows).ToArray())];
        foreach (int[] own in classes)
        {
            float[] logits = evaluation.Score(rows.Ids.Select(own)); // [rows, outputs]
            for (int place = 0; place < logits.Length; place++)
            {
                mean[place % outputs] += logits[place] / (own.Length * classes.Length);
            }
        }

        ((MaskedLanguageHead)model.Head).Lower(mean);
    }

    /// <summary>The head that training starts from, and the tokens that it reads.</summary>
    public static (HeadWeights Head, MaskedTokens Tokens) Start(PreparedData data, LanguageHead head)
    {
        MaskedTokens masked = data.Text.Template!.Masked;
        return (head.ForClasses(data.Words!.Ids, masked.Count), masked);
    }
}
