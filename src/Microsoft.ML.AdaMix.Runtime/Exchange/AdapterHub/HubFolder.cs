using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hub;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Models.Families;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>A folder as <c>save_adapter</c> of the adapters library writes it, with its head.</summary>
internal static class HubFolder
{
    public const string ConfigFile = "adapter_config.json";
    public const string WeightsFile = "adapter.safetensors";
    public const string PickleFile = "pytorch_adapter.bin";
    public const string HeadConfigFile = "head_config.json";
    public const string HeadWeightsFile = "model_head.safetensors";
    public const string HeadPickleFile = "pytorch_model_head.bin";

    private const string WrittenVersion = HubVersion.Library + "1.1.0"; // the first that reads scales of LoRA as they are meant
    private const string WrittenName = "adamix";

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">Something in it cannot be used; the message names it.</exception>
    public static ForeignModel Read(
        string folder, ForeignConfig config, PretrainedEncoder? given, Func<PretrainedEncoder, BaseModel> open, SteadyFiles files)
    {
        ForeignConfig options = Options(config);
        string name = config.Text("name") ?? throw config.Refuse("name", "the adapter's name", "The file is damaged");
        ForeignMethod method = Method(options, name, config);
        config.Passes("model_class", "model_type", "type"); // the tensors' shapes say it
        using ForeignTensors tensors = ForeignTensors.Find(folder, files, WeightsFile, PickleFile) ?? throw new FileNotFoundException(
            $"The folder '{folder}' has no {WeightsFile} and no {PickleFile} beside its {ConfigFile}. Fetch the whole folder.");
        BaseModel model = open(BaseModel.Find(given, config.Text("model_name"), null, folder));
        AdapterFit.Require(tensors, [.. tensors.Names], model.Encoder);
        AdapterFit.RequireHidden(config.File, config.Size("hidden_size") ?? model.Encoder.Config.HiddenSize, model.Encoder);
        ModuleNames names = new(model.Encoder.Config, string.Empty);
        EncoderEdits edits = method.Read(new MethodReading(options, tensors, names, model.Encoder));
        options.RefuseOthers();
        tensors.RequireAllTaken($"those of the {method.Name} '{name}' in the encoder's layers");
        return ReadHead(folder, model, edits, files);
    }

    /// <summary>Writes a model; null where no method of the library can say its edits.</summary>
    public static IReadOnlyList<ForeignFile>? Write(ServedModel model)
    {
        TunedModel tuned = model.Tuned;
        LoadedEncoder encoder = tuned.Encoder;
        ForeignMethod[] methods =
        [
            new HubBottleneck(WrittenName, isOld: false), new HubLowRank(WrittenName, scales: false, withoutScale: false),
            new HubLowRank(WrittenName, scales: true, withoutScale: false), new HubPrefix(WrittenName),
        ];
        if (Array.Find(methods, known => known.Fits(tuned.Edits)) is not { } method)
        {
            return null;
        }

        if (method is HubBottleneck && !HubNames.WithBottlenecks.Contains(encoder.Config.Family))
        {
            throw new NotSupportedException($"The adapters library has no places for adapters in {encoder.Config.Definition.Title} here.");
        }

        MethodWriting adapter = method.Write(tuned.Edits, new ModuleNames(encoder.Config, string.Empty), encoder.Config);
        MethodWriting head = FlexHead.Write(model, WrittenName);
        return
        [
            new ForeignFile(ConfigFile, ForeignJson.Writer(About(encoder, adapter.Config))),
            new ForeignFile(WeightsFile, stream => SafetensorsWriter.Write(stream, adapter.Tensors)),
            new ForeignFile(HeadConfigFile, ForeignJson.Writer(About(encoder, head.Config))),
            new ForeignFile(HeadWeightsFile, stream => SafetensorsWriter.Write(stream, head.Tensors)),
        ];
    }

    public static void RequireFamily(EncoderFamily[] families, EncoderConfig encoder, ForeignConfig config)
    {
        if (!families.Contains(encoder.Family))
        {
            throw new InvalidDataException(
                $"'{config.File}' is of a method whose places in {encoder.Definition.Title} are not known here; read is it for "
                + $"{string.Join(", ", families.Select(family => FamilyDefinition.Of(family).Title))}.");
        }
    }

    /// <summary>Options as JSON that may be changed.</summary>
    public static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();

    public static JsonArray Json<T>(IEnumerable<T> values) => new([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);

    private static ForeignConfig Options(ForeignConfig config) => config.Is("config", JsonValueKind.String)
        ? throw config.Refuse(
            "config", "an object with the adapter's options", "What a name stands for is another thing in each version; load and save the "
            + "adapter with the library, which writes them out")
        : config.Inner("config") ?? throw config.Refuse("config", "the adapter's options", "The file is damaged");

    private static ForeignMethod Method(ForeignConfig options, string name, ForeignConfig about)
    {
        const string Known = "none or \"bottleneck\", \"lora\", \"prefix_tuning\"";
        return options.Text("architecture") switch
        {
            null or "bottleneck" => new HubBottleneck(name, isOld: about.Text(HubVersion.Key) is null),
            "lora" => new HubLowRank(name, scales: (options.Text("composition_mode") ?? "add") switch
            {
                "add" => false,
                "scale" => true,
                _ => throw options.Refuse("composition_mode", "\"add\" or \"scale\"", "The file is damaged"),
            }, HubVersion.LeavesScaleOut(about)),
            "prefix_tuning" => new HubPrefix(name),
            _ => throw options.Refuse("architecture", Known, "Other methods, and unions of several, have no form here"),
        };
    }

    private static ForeignModel ReadHead(string folder, BaseModel model, EncoderEdits edits, SteadyFiles files)
    {
        string path = Path.Combine(folder, HeadConfigFile);
        using ForeignTensors? tensors = ForeignTensors.Find(folder, files, HeadWeightsFile, HeadPickleFile);
        if (tensors is null || !RegularFile.IsThere(path))
        {
            throw new FileNotFoundException(
                $"The folder '{folder}' has no head: expected are {HeadConfigFile} and {HeadWeightsFile} or {HeadPickleFile}. Save the "
                + "adapter with its head.");
        }

        ForeignConfig about = ForeignConfig.Read(path, files);
        ForeignConfig? options = about.Inner("config");
        HeadWeights head = options is null
            ? StaticHead.Read(tensors, tensors.Names.ToDictionary(name => name, StringComparer.Ordinal), model)
            : FlexHead.Read(
                options, about.Text("name") ?? throw about.Refuse("name", "the head's name", "The file is damaged"), tensors,
                model.Encoder);
        options?.RefuseOthers();
        tensors.RequireAllTaken("those of the classification head");
        ForeignConfig labels = options ?? about;
        string[] names = LabelNames.OfNames(labels, "label2id");
        if (names.Length > 0 && names.Length != head.Outputs)
        {
            throw labels.Refuse("label2id", $"a name for each of {Counts.Of(head.Outputs, "output")}", "The file is that of another head");
        }

        string? problem = options is null ? model.ProblemType : FlexHead.ProblemType(options);
        return new ForeignModel(
            model, edits, head, LabelNames.Task(problem, head.Outputs, path), names.Length > 0 ? names : model.Labels)
        {
            LabelsFile = names.Length > 0 ? path : null,
        };
    }

    private static JsonObject About(LoadedEncoder encoder, JsonObject options)
    {
        FamilyDefinition family = encoder.Config.Definition;
        (string type, string name) = family.ModelTypes.First(
            known => encoder.Config.ModelType is null || known.ModelType == encoder.Config.ModelType);
        return new JsonObject
        {
            ["config"] = options.DeepClone(),
            ["hidden_size"] = encoder.Config.HiddenSize,
            ["model_class"] = name + "AdapterModel",
            ["model_name"] = HubAddress.TryParse(encoder.Name)?.Repository ?? encoder.Name,
            ["model_type"] = type,
            ["name"] = WrittenName,
            ["version"] = WrittenVersion,
        };
    }
}
