using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Makes a model that predicts of what a folder of another library says.</summary>
internal static class ImportedModel
{
    private const int ShortestLength = 8;

    /// <summary>Refuses another encoder than the one that was tuned, where the folder says which that was.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public static void RequireEncoder(BaseModel model, ModelManifest? manifest, string what)
    {
        if (manifest?.DescribeOtherEncoder() is { } wanted
            && EncoderExtras.For(model.Encoder).Identity is var identity && identity.Sha256() != wanted.Identity.Sha256())
        {
            bool isEmbedded = wanted.Name == PretrainedEncoder.RobertaMini.Name;
            throw new InvalidDataException(
                $"{what} was tuned on {wanted}; the encoder '{model.Encoder.Name}' is another one: "
                + $"{identity.DifferenceFrom(wanted.Identity)}. "
                + (isEmbedded ? "Leave the encoder out, or give PretrainedEncoder.RobertaMini." : "Give the encoder that was tuned."));
        }
    }

    /// <param name="model">What the folder says.</param>
    /// <param name="manifest">What this library added when it exported it; null where it did not.</param>
    /// <param name="options">What the caller says.</param>
    /// <param name="what">What errors call it.</param>
    /// <param name="warn">Hears of what is probably not meant.</param>
    /// <exception cref="ArgumentException">An option does not fit the model.</exception>
    /// <exception cref="InvalidDataException">The parts do not fit each other.</exception>
    public static ServedModel Complete(
        ForeignModel model, ModelManifest? manifest, AdapterImportOptions options, string what, Action<string> warn)
    {
        if (manifest?.Input.Template is not null)
        {
            throw new InvalidDataException($"{what} says that it reads texts within a template, which adapters of others do not.");
        }

        LoadedEncoder encoder = KnownEncoders.FindOrAdd(EncoderExtras.For(model.Base.Encoder).Identity.Sha256(), model.Base.Encoder);
        int most = encoder.Config.MaxSequenceLength - model.Edits.PositionsTaken;
        TunedModel tuned = new(encoder, model.Edits, model.Head, new TextInput(
            Length(options.MaxLength, most, encoder) ?? manifest?.Input.MaxLength ?? most,
            options.SpecialTokensInText ?? manifest?.Input.SpecialTokensInText ?? false));
        int outputs = model.Head.Outputs;
        bool fits = manifest?.Classes == outputs;
        if (manifest is not null && !fits && options.Labels is null)
        {
            throw new InvalidDataException(
                $"{what} has {Counts.Of(outputs, "output")}, and {AdapterFolder.ManifestFile} beside it is of a model with "
                + $"{manifest.Classes}: it is an older adapter's. Delete that file, or give the outputs' names "
                + $"({nameof(AdapterImportOptions)}.{nameof(AdapterImportOptions.Labels)}).");
        }

        ServedModel served = fits
            ? manifest!.Restore(tuned)
            : new ServedModel(tuned, model.Task, LabelNames.For(model.Task, outputs, options.Labels, model.Labels), DefaultColumns,
                model.Task == TextTask.MultiLabel ? Halves(outputs) : null);
        string[]? known = fits ? served.OutputNames : model.Labels;
        if (options.Labels is { } given)
        {
            WarnOfAnotherOrder(given, known, what, warn);
        }
        else if (fits && model.LabelsFile is { } file && known is not null && !known.SequenceEqual(model.Labels!, StringComparer.Ordinal))
        {
            throw new InvalidDataException(
                $"'{file}' calls the outputs {LabelNames.Told(model.Labels!)}, and {AdapterFolder.ManifestFile} beside it "
                + $"{LabelNames.Told(known)}: one of them was changed. Delete {AdapterFolder.ManifestFile}, or give the outputs' names "
                + $"({nameof(AdapterImportOptions)}.{nameof(AdapterImportOptions.Labels)}).");
        }

        served = served with
        {
            Labels = fits && options.Labels is not null ? LabelNames.For(served.Task, outputs, options.Labels, null) : served.Labels,
            Negatives = options.Labels is null ? served.Negatives : null,
            Columns = (manifest?.Columns ?? DefaultColumns) with
            {
                Text = options.TextColumnName ?? manifest?.Columns.Text ?? DefaultColumns.Text,
                SecondText = options.SecondTextColumnName ?? manifest?.Columns.SecondText,
            },
        };
        try
        {
            TunedModelCheck.Check(tuned);
            new ModelManifest(served) { OtherEncoder = EncoderExtras.For(encoder).Identity }.Check(what); // columns that hide each other
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{what} does not fit: {error.Message}", error);
        }

        return served;
    }

    private static void WarnOfAnotherOrder(IReadOnlyList<string> given, string[]? known, string what, Action<string> warn)
    {
        if (known is not null && !given.SequenceEqual(known, StringComparer.Ordinal)
            && given.ToHashSet(StringComparer.Ordinal).SetEquals(known))
        {
            warn(
                $"{what} calls its outputs {LabelNames.Told(known)}; the labels that were given are the same in another order, "
                + $"{LabelNames.Told(given)}, which changes what every prediction says.");
        }
    }

    private static ScoringColumns DefaultColumns { get; } = new("Text", null, "PredictedLabel", "Score", "Probability", null, null);

    private static float[] Halves(int outputs)
    {
        float[] halves = new float[outputs];
        Array.Fill(halves, 0.5f);
        return halves;
    }

    private static int? Length(int? given, int most, LoadedEncoder encoder) => given is null or >= ShortestLength && (given ?? 0) <= most
        ? given
        : throw new ArgumentException(
            $"The maximum length is {given}; expected are {ShortestLength} to {Counts.Of(most, "token")}, as encoder '{encoder.Name}' has "
            + $"places for beside the adapter ({nameof(AdapterImportOptions)}.{nameof(AdapterImportOptions.MaxLength)}). Longer texts are "
            + "read whole in windows: WithWindows of what is imported.");
}
