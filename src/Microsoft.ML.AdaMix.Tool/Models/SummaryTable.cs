using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Wording;
using Spectre.Console;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>A <see cref="ModelSummary"/> for people.</summary>
internal static class SummaryTable
{
    private const int MostLabels = 20;

    public static Table Of(ModelSummary model)
    {
        Table table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("").AddColumn("");
        foreach ((string title, string text) in Lines(model).Concat(Training(model.Training)))
        {
            table.AddRow(new Text(title), new Text(Visible.Of(text)));
        }

        return table;
    }

    private static IEnumerable<(string Title, string Text)> Lines(ModelSummary model)
    {
        if (model.Place.Length > 0)
        {
            yield return ("place", model.Place);
        }

        yield return ("kind", $"{Kind(model.Kind)}, format {model.Format}");
        yield return ("task", $"{model.TaskName}{Labels(model)}");
        string pair = model.Columns.SecondText is { } second ? $" and '{second}'" : "";
        yield return ("reads", $"columns '{model.Columns.Text}'{pair}, up to {model.Input.MaxLength} tokens{Windows(model.Input.Windows)}");
        if (model.Input.Template is { } template)
        {
            yield return ("template", $"'{template.Text}' with {Words(model, template)}{Demonstrations(template)}");
        }

        string shape = model.Encoder is { } config
            ? $" ({config.Family}, {Counts.Of(config.Layers, "layer")}, hidden size {config.HiddenSize}, {config.VocabularySize} tokens)"
            : "";
        yield return ("encoder", $"{model.EncoderName}{shape}");
        yield return ("encoder's SHA-256", model.EncoderSha256 ?? "not recorded");
        string edits = model.Edits.Count == 0 ? "" : $" ({string.Join(", ", model.Edits)})";
        yield return ("method", $"{model.Method ?? "not recorded"}{edits}");
        if (model.Mixture is { } mixture)
        {
            yield return ("experts", $"{mixture.Experts}, sharing {mixture.Sharing}, routing {mixture.Routing}");
        }

        yield return ("predicts in", $"{model.Serving}");
    }

    private static string Windows(TextWindows? windows) => windows switch
    {
        null => "",
        { Combine: WindowCombination.First } => ", the first window of longer texts",
        _ => $", longer texts in up to {Counts.Of(windows.MaxWindows, "window")} with a stride of {windows.Stride}: "
            + OptionText.Write(windows.Combine),
    };

    private static IEnumerable<(string Title, string Text)> Training(TrainingRecord? training)
    {
        if (training is null)
        {
            yield return ("training", "not recorded: imported, or of an earlier version");
            yield break;
        }

        CultureInfo culture = CultureInfo.InvariantCulture;
        yield return ("trained", string.Create(
            culture, $"{training.Date.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC by version {training.ProductVersion}, seed {training.Seed}"));
        string guessed = training.GuessedRows == 0
            ? "" : string.Create(culture, $" ({training.GuessedRows} with a label that a model guessed)");
        yield return ("on", string.Create(
            culture, $"{Counts.Of(training.TrainingRows, "row")}{guessed}, {training.ValidationRows} for validation"));
        yield return ("epochs", string.Create(culture, $"{training.Epochs}, weights of epoch {training.KeptEpoch}"));
        yield return ("loss", string.Create(culture, $"{training.TrainingLoss:f4}, consistency {training.ConsistencyLoss:f4}"));
        if (training.ValidationMetricName is { } metric)
        {
            yield return ("validation", string.Create(
                culture, $"{metric} {training.ValidationMetric:f4}, loss {training.ValidationLoss:f4}"));
        }

        if (training.Temperature is { } temperature)
        {
            yield return ("calibrated", string.Create(
                culture, $"temperature {temperature:g4}, fitted on {Counts.Of(training.ValidationRows, "validation row")}"));
        }

        yield return ("pretrained encoder", $"{training.EncoderName}, SHA-256 {training.EncoderSha256}");
        foreach ((string name, string note) in training.Notes.OrderBy(note => note.Key, StringComparer.Ordinal))
        {
            yield return ($"noted {Visible.Of(name)}", $"'{note}'");
        }

        foreach ((string name, JsonNode? value) in Changed(training))
        {
            yield return ($"option {Visible.Of(name)}", value?.ToJsonString() ?? "null");
        }

        yield return ("other options", "as this version has them by default; --json shows all");
    }

    // Those that are not this version's defaults, in their order.
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Changed(TrainingRecord training)
    {
        JsonObject defaults = (JsonObject)JsonSerializer.SerializeToNode(new AdaMixOptions())!;
        return ((JsonObject)JsonNode.Parse(training.OptionsJson)!).Where(
            option => !JsonNode.DeepEquals(option.Value, defaults[option.Key]));
    }

    private static string Words(ModelSummary model, TextTemplate template)
    {
        IEnumerable<string> told = template.Words.Select((word, output) => $"{model.Labels?[output] ?? Truth(model, output)} = {word}");
        return $"{string.Join(", ", told.Take(MostLabels))}{(template.Words.Length > MostLabels ? ", ..." : "")}";
    }

    private static string Truth(ModelSummary model, int output) =>
        model.Task == TextTask.Binary ? (output == 0 ? "false" : "true") : output.ToString(CultureInfo.InvariantCulture);

    private static string Demonstrations(TextTemplate template) =>
        template.Demonstrations is { Length: var count } ? $", {Counts.Of(count, "training row")} behind each text" : "";

    private static string Kind(string kind) => kind switch
    {
        ModelSummary.Delta => "delta file, without its encoder",
        ModelSummary.UnmergedExperts => "mixture file, experts unmerged and without their encoder",
        _ => "model with its encoder",
    };

    private static string Labels(ModelSummary model) => model switch
    {
        { Task: TextTask.Binary or TextTask.Regression } => "",
        { Labels: { } labels } =>
            $", {labels.Count}: {string.Join(", ", labels.Take(MostLabels))}{(labels.Count > MostLabels ? ", ..." : "")}",
        _ => $", {model.Outputs} that are only numbered",
    };
}
