using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>
/// The config.json of an exported model: what Hugging Face's says of a sequence classifier, and under "adamix" what it has no field for.
/// </summary>
internal static class ConfigExport
{
    public static JsonObject Create(ServedModel model)
    {
        EncoderConfig encoder = model.Tuned.Encoder.Config;
        FamilyDefinition family = encoder.Definition;
        (string type, string name) = family.ModelTypes.First(known => encoder.ModelType is null || known.ModelType == encoder.ModelType);
        (int[] before, int[] behind) = EncoderExtras.For(model.Tuned.Encoder).Framed(specialTokensInText: false).Frame.AroundText();
        string[] labels = Labels(model);
        JsonObject config = new()
        {
            ["architectures"] = new JsonArray($"{name}ForSequenceClassification"),
            ["model_type"] = type,
            ["problem_type"] = model.Task switch
            {
                TextTask.Regression => "regression",
                TextTask.MultiLabel => "multi_label_classification",
                _ => "single_label_classification",
            },
            ["id2label"] = new JsonObject(
                labels.Select((label, id) => KeyValuePair.Create(id.ToString(CultureInfo.InvariantCulture), (JsonNode?)label))),
            ["label2id"] = new JsonObject(labels.Select((label, id) => KeyValuePair.Create(label, (JsonNode?)id))),
        };
        foreach ((string key, JsonNode? value) in family.WriteConfig(encoder))
        {
            config[key] = value?.DeepClone();
        }

        config["torch_dtype"] = "float32";
        if (encoder.Definition.PositionPadding(encoder) is not null)
        {
            config["bos_token_id"] = before[0];
            config["eos_token_id"] = behind[^1];
        }

        config["adamix"] = new JsonObject
        {
            ["task"] = model.Task.ToString().ToLowerInvariant(),
            ["max_length"] = model.Tuned.Input.MaxLength,
            ["reads_pairs"] = model.Columns.SecondText is not null,
            ["special_tokens_in_text"] = model.Tuned.Input.SpecialTokensInText,
            ["template"] = model.Tuned.Input.Template is { } template ? Template(template) : null,
            ["windows"] = model.Tuned.Input.Windows is { } windows ? Windows(windows) : null,
            ["thresholds"] = model.Thresholds is { } thresholds
            ? new JsonArray([.. thresholds.Select(threshold => (JsonNode)threshold)])
            : null,
        };
        return config;
    }

    // Whoever reads texts cuts them and combines what the graph, which scores a window as any text, gives.
    private static JsonObject Windows(TextWindows windows) => new()
    {
        ["stride"] = windows.Stride,
        ["combine"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(windows.Combine.ToString()),
        ["max_windows"] = windows.MaxWindows,
    };

    // Whoever reads texts puts them in: the graph finds the mask by itself.
    private static JsonObject Template(TextTemplate template) => new()
    {
        ["text"] = template.Text,
        ["mask_token_id"] = template.MaskId,
        ["masks"] = template.Masks,
        ["words"] = new JsonArray([.. template.Words.Select(word => (JsonNode)word)]),
        ["demonstrations"] = new JsonArray(
            [.. (template.Demonstrations ?? []).Select(ids => (JsonNode)new JsonArray([.. ids.Select(id => (JsonNode)id)]))]),
    };

    // Hugging Face's own names where there are none.
    private static string[] Labels(ServedModel model) => model.OutputNames
        ?? [.. Enumerable.Range(0, model.Tuned.Head.Outputs).Select(id => FormattableString.Invariant($"LABEL_{id}"))];
}
