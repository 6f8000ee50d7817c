using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>What is known of a template before rows are read: the template in tokens, and the words where they were given.</summary>
/// <param name="Template">Its texts are read with; without demonstrations.</param>
/// <param name="Words">The classes' words; null where they are still to be found.</param>
internal sealed record TrainingTemplate(TextTemplate Template, ClassWords? Words)
{
    /// <summary>Texts in a row: its own, and demonstrations.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>The template of a training, or null.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="options">Valid for the task.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="labels">The classes.</param>
    /// <exception cref="ArgumentException">The words do not fit classes or tokenizer.</exception>
    /// <exception cref="InvalidDataException">The tokenizer has no mask token.</exception>
    public static TrainingTemplate? Create(LoadedEncoder encoder, AdaMixOptions options, TextTask task, LabelKeys labels)
    {
        if (options.Template is not { } template)
        {
            return null;
        }

        FramedTokenizer tokenizer = EncoderExtras.For(encoder).Framed(specialTokensInText: false);
        int mask = tokenizer.Special.Mask?.Id ?? throw new InvalidDataException(
            $"The tokenizer of '{encoder.Name}' has no mask token, which a template needs; set mask_token in its tokenizer_config.json, or "
            + "take another encoder.");
        string[] classes = ClassNames.Of(task, labels);
        ClassWords? words = template.Verbalizers.Given is { } given
            ? ClassWords.Find(given, classes, TemplateText.Parse(template.Text), tokenizer)
            : null;
        TextTemplate read = new(template.Text, mask, words?.Masks ?? 1, words?.Names ?? [.. classes.Select(_ => string.Empty)]);
        return new TrainingTemplate(read, words);
    }
}
