using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Reference numbers of peft and adapters, laid out as these libraries save an adapter.</summary>
internal static class GoldenFolders
{
    private const string Parameter = "param/";

    private static PretrainedEncoder? _encoder;
    private static string[]? _labels;

    public static PretrainedEncoder Encoder => _encoder ??= PretrainedEncoder.FromFolder(Reference.Golden("roberta"));

    /// <summary>Names of the outputs that the reference's head has.</summary>
    public static IReadOnlyList<string> Labels => _labels ??=
        [.. Enumerable.Range(0, Head().First(tensor => tensor.Key.EndsWith("out_proj.bias", StringComparison.Ordinal)).Value.Shape[0])
            .Select(index => $"kind {index}")];

    /// <summary>The reference numbers of a method.</summary>
    public static Golden Method(string file) => Golden.At(Reference.Golden("methods", $"{file}.safetensors"));

    /// <summary>The format that the file's library saves adapters in.</summary>
    public static AdapterFormat FormatOf(string file) => MethodKinds.IsPeft(Method(file)) ? AdapterFormat.Peft : AdapterFormat.AdapterHub;

    /// <summary>Writes the folder of a file below the reference numbers of methods.</summary>
    public static string Write(TemporaryFolder folder, string file, bool staticHead = false)
    {
        GoldenTensors golden = new(Reference.Golden("methods", $"{file}.safetensors"));
        JsonObject config = JsonNode.Parse(Method(file).Metadata["config"])!.AsObject();
        Dictionary<string, HostTensor> tensors = golden.Names.Where(name => name.StartsWith(Parameter, StringComparison.Ordinal))
            .ToDictionary(name => name[Parameter.Length..], golden.Tensor, StringComparer.Ordinal);
        return FormatOf(file) == AdapterFormat.Peft
            ? WritePeft(folder, file, config, tensors)
            : WriteAdapters(folder, file, config, tensors, staticHead);
    }

    /// <summary>Writes LoRA of one of the other families as peft saves it.</summary>
    public static string WriteFamily(TemporaryFolder folder, string family, PretrainedEncoder encoder)
    {
        const string Start = "base_model.model.";
        GoldenTensors golden = new(Reference.Golden(family, "lora.safetensors"));
        GoldenTensors model = new(Reference.Golden(family, "model.safetensors"));
        LoadedEncoder loaded = encoder.Load();
        KeyValuePair<string, HostTensor>[] tensors =
        [
            .. golden.Names.Where(name => name.StartsWith(Parameter, StringComparison.Ordinal))
                .Where(name => name.Contains(".lora_", StringComparison.Ordinal)).Select(
                    name => KeyValuePair.Create(Start + name[Parameter.Length..], golden.Tensor(name))),
            .. StaticHead.Write(HeadWeights.Zeros(loaded.Config, 1), loaded)
                .Where(tensor => model.Has(tensor.Key))
                .Where(tensor => !tensor.Key.StartsWith(loaded.Config.Definition.Prefixes[0], StringComparison.Ordinal)) // the pooler
                .Select(tensor => KeyValuePair.Create(Start + tensor.Key, model.Tensor(tensor.Key))),
        ];
        IEnumerable<string> modules = tensors.Where(tensor => tensor.Key.EndsWith(".lora_A.weight", StringComparison.Ordinal))
            .Select(tensor => tensor.Key[Start.Length..^".lora_A.weight".Length]);
        folder.Write($"{family}/adapter_config.json", new JsonObject
        {
            ["peft_type"] = "LORA",
            ["task_type"] = "SEQ_CLS",
            ["r"] = Golden.FamilyConfiguration().GetProperty("lora_rank").GetInt32(),
            ["lora_alpha"] = Golden.FamilyConfiguration().GetProperty("lora_alpha").GetDouble(),
            ["target_modules"] = new JsonArray([.. modules.Select(module => (JsonNode)module)]),
        }.ToJsonString());
        Write(folder, $"{family}/adapter_model.safetensors", tensors);
        return folder.At(family);
    }

    /// <summary>Writes tensors as a safetensors file.</summary>
    public static void Write(TemporaryFolder folder, string name, IEnumerable<KeyValuePair<string, HostTensor>> tensors)
    {
        using MemoryStream stream = new();
        SafetensorsWriter.Write(stream, [.. tensors]);
        folder.Write(name, stream.ToArray());
    }

    private static string WritePeft(TemporaryFolder folder, string file, JsonObject config, Dictionary<string, HostTensor> tensors)
    {
        bool isPrompt = tensors.Keys.Any(name => name.StartsWith("prompt_encoder.", StringComparison.Ordinal));
        string start = isPrompt ? "base_model." : "base_model.model.";
        JsonObject typed = new(config.Select(member => KeyValuePair.Create(member.Key, Typed(member.Value!))))
        {
            ["base_model_name_or_path"] = "somebody/tiny-roberta",
            ["auto_mapping"] = null,
        };
        folder.Write($"{file}/adapter_config.json", typed.ToJsonString());
        Write(folder, $"{file}/adapter_model.safetensors",
        [
            .. tensors.Select(tensor => KeyValuePair.Create(
                isPrompt ? "prompt_embeddings" : start + tensor.Key.Replace(".default", string.Empty, StringComparison.Ordinal),
                tensor.Value)),
            .. Head().Select(tensor => KeyValuePair.Create(start + tensor.Key, tensor.Value)),
        ]);
        return folder.At(file);
    }

    private static string WriteAdapters(
        TemporaryFolder folder, string file, JsonObject config, Dictionary<string, HostTensor> tensors, bool staticHead)
    {
        JsonObject About(JsonNode? options, string model) => new()
        {
            ["config"] = options?.DeepClone(),
            ["hidden_size"] = Encoder.Load().Config.HiddenSize,
            ["model_class"] = model,
            ["model_name"] = "somebody/tiny-roberta",
            ["model_type"] = "roberta",
            ["name"] = "a",
            ["version"] = "adapters.1.3.0",
        };
        folder.Write($"{file}/adapter_config.json", About(config, "RobertaAdapterModel").ToJsonString());
        Write(folder, $"{file}/adapter.safetensors", tensors);
        JsonObject labels = new(Labels.Select((label, id) => KeyValuePair.Create(label, (JsonNode?)id)).Reverse());
        JsonObject head = staticHead ? About(null, "RobertaForSequenceClassification") : About(
            new JsonObject
            {
                ["head_type"] = "classification", ["num_labels"] = Labels.Count, ["layers"] = 2, ["activation_function"] = "tanh",
                ["label2id"] = labels.DeepClone(), ["use_pooler"] = false, ["bias"] = true, ["dropout_prob"] = null,
            },
            "RobertaAdapterModel");
        if (staticHead)
        {
            head["label2id"] = labels;
            head["num_labels"] = Labels.Count;
        }

        folder.Write($"{file}/head_config.json", head.ToJsonString());
        Write(folder, $"{file}/model_head.safetensors", Head().Select(tensor => KeyValuePair.Create(
            staticHead ? tensor.Key : tensor.Key.Replace("classifier.dense", "heads.a.1", StringComparison.Ordinal)
                .Replace("classifier.out_proj", "heads.a.4", StringComparison.Ordinal), tensor.Value)));
        return folder.At(file);
    }

    private static IEnumerable<KeyValuePair<string, HostTensor>> Head()
    {
        GoldenTensors model = new(Reference.Golden("roberta", "model.safetensors"));
        return model.Names.Where(name => name.StartsWith("classifier.", StringComparison.Ordinal))
            .Select(name => KeyValuePair.Create(name, model.Tensor(name)));
    }

    // The reference numbers hold Python's words for peft's values.
    private static JsonNode? Typed(JsonNode value) => value is JsonArray ? value.DeepClone() : value.GetValue<string>() switch
    {
        "True" => JsonValue.Create(true),
        "False" => JsonValue.Create(false),
        "{}" => new JsonObject(),
        ['[', ..] and var text => JsonNode.Parse(text.Replace('\'', '"')),
        var text when text.Contains("Type.", StringComparison.Ordinal) || text.Contains("Init.", StringComparison.Ordinal) =>
            text.Split('.')[1],
        var text => double.TryParse(text, CultureInfo.InvariantCulture, out double number) && text.Count(letter => letter == '.') < 2
            ? JsonSerializer.SerializeToNode(number)
            : text,
    };
}
