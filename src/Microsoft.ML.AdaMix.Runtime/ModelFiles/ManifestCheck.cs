using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>Whether each value of a manifest makes sense by itself and beside the others, before anything is made of it.</summary>
internal static class ManifestCheck
{
    private const int HashLength = 64; // SHA-256 in hexadecimal

    /// <returns>What is wrong, to stand behind the manifest's name; null for nothing.</returns>
    public static string? FindProblem(ModelManifest manifest) =>
        OfEncoder(manifest) ?? OfInput(manifest) ?? OfColumns(manifest) ?? OfOutputs(manifest) ?? OfLabels(manifest)
        ?? OfNegatives(manifest) ?? OfThresholds(manifest) ?? OfParts(manifest) ?? OfCompact(manifest) ?? OfIdentity(manifest.OtherEncoder)
        ?? OfTraining(manifest.Training);

    private static string? OfEncoder(ModelManifest manifest) =>
        EncoderConfigCheck.FindProblem(manifest.Encoder) is { } problem ? $"has Encoder.{problem}" : null;

    private static string? OfInput(ModelManifest manifest)
    {
        bool arePairs = manifest.Columns.SecondText is not null;
        bool readsTypes = manifest.Encoder.Definition.ReadsTokenTypes(manifest.Encoder);
        int least = !arePairs ? 2 : manifest.Encoder.Definition.PositionPadding(manifest.Encoder) is null ? 3 : 4; // special tokens alone
        int most = manifest.Encoder.MaxSequenceLength;
        return manifest.Input.MaxLength < least || manifest.Input.MaxLength > most
            ? $"has Input.MaxLength = {manifest.Input.MaxLength}; expected are {least} to {most} tokens"
            : arePairs && readsTypes && manifest.Encoder.TokenTypes < 2
                ? $"has Columns.SecondText = '{manifest.Columns.SecondText}' and Encoder.TokenTypes = {manifest.Encoder.TokenTypes};"
                + " expected are 2 for pairs"
                : manifest.Input.Template is { } template ? OfTemplate(template, manifest)
                : manifest.Input.Windows is { } windows ? OfWindows(windows, manifest.Input.MaxLength) : null;
    }

    private static string? OfWindows(TextWindows windows, int maxLength) =>
        windows.Stride < 0 || windows.Stride >= maxLength
            ? $"has Input.Windows.Stride = {windows.Stride}; expected are 0 to {maxLength - 1} tokens"
        : windows.MaxWindows < 1 || windows.MaxWindows > TextWindows.MostWindows
            ? $"has Input.Windows.MaxWindows = {windows.MaxWindows}; expected are 1 to {TextWindows.MostWindows}"
        : null;

    // Whether it fits into the maximum length is found where its words become tokens.
    private static string? OfTemplate(TextTemplate template, ModelManifest manifest)
    {
        int tokens = manifest.Encoder.VocabularySize;
        int[][] demonstrations = template.Demonstrations ?? [];
        return manifest.Input.Windows is not null ? "has Input.Template and Input.Windows; expected is one of them"
            : TemplateText.FindProblem(template.Text) is { } problem ? $"has an Input.Template.Text that {problem}"
            : TemplateText.Parse(template.Text).ReadsPairs != manifest.Columns.SecondText is not null
                ? $"has Input.Template.Text = '{template.Text}' and {(manifest.Columns.SecondText is null ? "no" : "a")} Columns.SecondText"
            : manifest.Task is not (TextTask.Multiclass or TextTask.Binary)
                ? $"has Input.Template for {manifest.Task}; expected is one for Multiclass and Binary alone"
            : template.MaskId < 0 || template.MaskId >= tokens
                ? $"has Input.Template.MaskId = {template.MaskId}; expected is an id from 0 to {tokens - 1}"
            : template.Masks < 1 || template.Masks > manifest.Input.MaxLength
                ? $"has Input.Template.Masks = {template.Masks}; expected is 1 to {manifest.Input.MaxLength}"
            : template.Words.Length != manifest.Classes || Array.IndexOf(template.Words, null) >= 0
                ? $"has {Counts.Of(template.Words.Length, "entry", "entries")} in Input.Template.Words for"
                + $" {Counts.Of(manifest.Classes, "class", "classes")}"
            : Array.Exists(demonstrations, demonstration => demonstration is null || demonstration.Length == 0
                || Array.Exists(demonstration, id => id < 0 || id >= tokens || id == template.MaskId))
                || demonstrations.Sum(demonstration => (long)demonstration.Length) > manifest.Input.MaxLength
                ? "has Input.Template.Demonstrations that are no tokens of texts, or too many"
            : null;
    }

    // As the trainer asks it of its options: an output hides an input of the same name. Tasks do not use all names.
    private static string? OfColumns(ModelManifest manifest)
    {
        ScoringColumns columns = manifest.Columns;
        (string Role, string? Name)[] used =
        [
            (nameof(columns.Text), columns.Text),
            (nameof(columns.SecondText), columns.SecondText),
            (nameof(columns.PredictedLabel), manifest.Task == TextTask.Regression ? null : columns.PredictedLabel),
            (nameof(columns.Score), columns.Score),
            (nameof(columns.Probability), manifest.Task == TextTask.Binary ? columns.Probability : null),
            (nameof(columns.Logits), columns.Logits),
            (nameof(columns.Embedding), columns.Embedding),
        ];
        (string Role, string? Name)[] all =
        [
            .. used, (nameof(columns.PredictedLabel), columns.PredictedLabel), (nameof(columns.Probability), columns.Probability),
        ];
        return Array.Find(all, column => column.Name is { Length: 0 }).Role is { } unnamed
                ? $"has Columns.{unnamed} = ''; expected is a name"
            : used.Where(column => column.Name is not null).GroupBy(column => column.Name, StringComparer.Ordinal)
                .FirstOrDefault(group => group.Count() > 1) is { } twice
                ? $"has '{twice.Key}' for {string.Join(" and ", twice.Select(column => $"Columns.{column.Role}"))};"
                + " expected are different names"
            : null;
    }

    private static string? OfOutputs(ModelManifest manifest)
    {
        int? exactly = manifest.Task switch { TextTask.Binary => 2, TextTask.Regression => 1, _ => null };
        return !Enum.IsDefined(manifest.Task)
                ? $"has Task = {manifest.Task}; expected is {string.Join(", ", Enum.GetNames<TextTask>())}"
            : !Enum.IsDefined(manifest.Serving)
                ? $"has Serving = {manifest.Serving}; expected is {string.Join(", ", Enum.GetNames<ServingPrecision>())}"
            : manifest.Classes < 1 || (exactly is not null && manifest.Classes != exactly)
                ? $"has Classes = {manifest.Classes} and Task = {manifest.Task};"
                + $" expected is {(exactly is null ? "1 or more" : $"{exactly}")}"
            : null;
    }

    // How many there are is compared with the head's outputs, where the model is put together.
    private static string? OfLabels(ModelManifest manifest) =>
        manifest.LabelType is null != manifest.Labels is null
            ? $"has {(manifest.Labels is null ? "a LabelType without Labels" : "Labels without a LabelType")}; expected are both or none"
            : manifest.Labels is null ? null
            : Array.IndexOf(manifest.Labels, null) is >= 0 and var missing ? $"has null in Labels[{missing}]; expected is a label"
            : FirstTwice(manifest.Labels) is { } twice ? $"has '{twice}' twice in Labels; expected are different labels"
            : null;

    private static string? OfNegatives(ModelManifest manifest) =>
        manifest.Negatives is not { } names ? null
        : manifest.Task != TextTask.Binary || manifest.Labels is not [_, var yes]
            ? "has Negatives and no names of no and yes; expected are some beside two Labels for Binary alone"
        : names.Length < 2 || Array.IndexOf(names, null) >= 0 || FirstTwice([.. names, yes]) is not null
            ? $"has {Counts.Of(names.Length, "label")} in Negatives; expected are several, all different from each other and from '{yes}'"
        : null;

    private static string? OfThresholds(ModelManifest manifest)
    {
        float[] thresholds = manifest.Thresholds ?? [];
        int outside = Array.FindIndex(thresholds, threshold => threshold is not (>= 0 and <= 1));
        return manifest.Thresholds is null ? null
            : thresholds.Length != manifest.Classes
                ? $"has {Counts.Of(thresholds.Length, "threshold")} in Thresholds for {Counts.Of(manifest.Classes, "label")}"
            : outside >= 0
                ? FormattableString.Invariant(
                    $"has the threshold {thresholds[outside]} in Thresholds[{outside}]; expected are probabilities from 0 to 1")
            : manifest.Task != TextTask.MultiLabel ? $"has Thresholds for {manifest.Task}; expected are some for MultiLabel alone"
            : null;
    }

    private static string? OfParts(ModelManifest manifest) =>
        manifest.Parts.Keys.FirstOrDefault(name => !ModelFormat.IsPart(name)) is { } unknown
            ? $"has '{unknown}' in Parts; there is no part '{unknown}' in a model of this format"
            : manifest.Parts.FirstOrDefault(part => part.Value is null).Key is { } unsaid
                ? $"says nothing of the part '{unsaid}'; expected are its length and SHA-256"
                : null;

    private static string? OfCompact(ModelManifest manifest)
    {
        string[] names = [.. (manifest.Compact ?? []).Select(entry => entry.Name)];
        return Array.IndexOf(names, string.Empty) is >= 0 and var unnamed
                ? $"has Compact[{unnamed}].Name = ''; expected is a tensor's name"
            : FirstTwice(names) is { } twice ? $"lists the tensor '{twice}' twice in its compact part"
            : null;
    }

    private static string? OfIdentity(EncoderIdentity? identity) =>
        identity is null ? null
        : !IsHash(identity.Weights) ? $"has OtherEncoder.Weights = '{identity.Weights}'; expected is a SHA-256 in hexadecimal"
        : identity.Tokenizer.Keys.FirstOrDefault(name => !TokenizerFiles.Names.Contains(name, StringComparer.Ordinal)) is { } unknown
            ? $"has '{unknown}' in OtherEncoder.Tokenizer; expected are some of {string.Join(", ", TokenizerFiles.Names)}"
        : identity.Tokenizer.FirstOrDefault(file => !IsHash(file.Value)).Key is { } unsaid
            ? $"has OtherEncoder.Tokenizer['{unsaid}'] = '{identity.Tokenizer[unsaid]}'; expected is a SHA-256 in hexadecimal"
        : null;

    private static string? OfTraining(TrainingRecord? training) =>
        training is null ? null
        : training.TrainingRows < 1 ? $"has Training.TrainingRows = {training.TrainingRows}; expected are 1 or more"
        : training.ValidationRows < 0 ? $"has Training.ValidationRows = {training.ValidationRows}; expected are 0 or more"
        : training.Epochs < 1 ? $"has Training.Epochs = {training.Epochs}; expected are 1 or more"
        : training.KeptEpoch < 1 || training.KeptEpoch > training.Epochs
            ? $"has Training.KeptEpoch = {training.KeptEpoch}; expected is 1 to {training.Epochs}"
        : NotFinite(training) is { } number ? $"has a Training.{number} that is not finite; expected is a number or null"
        : training.Temperature is <= 0
            ? FormattableString.Invariant($"has Training.Temperature = {training.Temperature}; expected is a number above 0")
        : !IsHash(training.EncoderSha256)
            ? $"has Training.EncoderSha256 = '{training.EncoderSha256}'; expected is a SHA-256 in hexadecimal"
        : training.Method.Length == 0 ? "has no name of a method in Training.Options.method; expected is one"
        : training.Notes.FirstOrDefault(note => note.Value is null).Key is { } note
            ? $"has null in Training.Notes['{note}']; expected is a text"
        : null;

    private static string? NotFinite(TrainingRecord training) => Array.Find<(string Name, double? Value)>(
        [
            (nameof(training.TrainingLoss), training.TrainingLoss),
            (nameof(training.ConsistencyLoss), training.ConsistencyLoss),
            (nameof(training.ValidationMetric), training.ValidationMetric),
            (nameof(training.ValidationLoss), training.ValidationLoss),
            (nameof(training.Temperature), training.Temperature),
        ],
        number => number.Value is { } value && !double.IsFinite(value)).Name;

    private static bool IsHash(string? text) => text is { Length: HashLength } && text.All(char.IsAsciiHexDigit);

    private static string? FirstTwice(IEnumerable<string> names)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return names.FirstOrDefault(name => !seen.Add(name));
    }
}
