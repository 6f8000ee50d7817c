using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
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
    /// <summary>The rows as they train, with words and the template as it serves.</summary>
    public PreparedData Complete(PreparedData data, LanguageHead head)
    {
        PromptTemplate template = options.Template!;
        if (data.Words is null)
        {
            ClassWords words = new WordSearch(data, head, checkCanceled).Find(template.AutomaticWords, TrainingDevices.Choose(options.Device));
            data = data with
            {
                Words = words,
                Text = data.Text with { Template = data.Text.Template! with { Words = words.Names } },
            };
            log.FoundWords(data);
        }

        return template.Demonstrations == 0 ? data : Demonstrations.Add(data, template.Demonstrations, seed);
    }

    /// <summary>The head that training starts from, and the tokens that it reads.</summary>
    public static (HeadWeights Head, MaskedTokens Tokens) Start(PreparedData data, LanguageHead head)
    {
        MaskedTokens masked = data.Text.Template!.Masked;
        return (head.ForClasses(data.Words!.Ids, masked.Count), masked);
    }
}
