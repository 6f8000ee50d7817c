using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hub;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.Peft;

/// <summary>A folder as peft's <c>save_pretrained</c> writes it.</summary>
internal static class PeftFolder
{
    public const string ConfigFile = "adapter_config.json";
    public const string WeightsFile = "adapter_model.safetensors";
    public const string PickleFile = "adapter_model.bin";

    private const string Type = "peft_type";
    private const string Task = "task_type";
    private const string Classification = "SEQ_CLS";

    private static readonly ForeignMethod[] Methods =
        [new PeftLora(), new PeftIa3(), new PeftPrefix(), new PeftPrompt("PROMPT_TUNING"), new PeftPrompt("P_TUNING")];

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">Something in it cannot be used; the message names it.</exception>
    public static ForeignModel Read(
        string folder, ForeignConfig config, PretrainedEncoder? given, Func<PretrainedEncoder, BaseModel> open, SteadyFiles files)
    {
        string type = config.Text(Type) ?? throw config.Refuse(Type, Known(), "The file is damaged");
        ForeignMethod method = Array.Find(Methods, known => known.Name == type)
            ?? throw config.Refuse(Type, Known(), "Other methods have no form here; merge the adapter into the model in Python");
        if ((config.Text(Task) ?? Classification) != Classification)
        {
            throw config.Refuse(Task, $"\"{Classification}\"", "Only sequence classifiers and regressors are read");
        }

        config.Passes(
            "auto_mapping", "peft_version", "modules_to_save", "inference_mode"); // what was saved, the tensors' names say
        using ForeignTensors tensors = ForeignTensors.Find(folder, files, WeightsFile, PickleFile) ?? throw new FileNotFoundException(
            $"The folder '{folder}' has no {WeightsFile} and no {PickleFile} beside its {ConfigFile}. Fetch the whole folder.");
        BaseModel model = open(BaseModel.Find(given, config.Text("base_model_name_or_path"), config.Text("revision"), folder));
        string start = Start(method);
        Dictionary<string, string> names = tensors.Names.Where(name => name.StartsWith(start, StringComparison.Ordinal))
            .GroupBy(name => WithoutWrapper(name[start.Length..]), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        AdapterFit.Require(tensors, names.Keys, model.Encoder);
        HeadWeights head = StaticHead.Read(tensors, names, model);
        EncoderEdits edits = method.Read(new MethodReading(config, tensors, new ModuleNames(model.Encoder.Config, start), model.Encoder));
        config.RefuseOthers();
        tensors.RequireAllTaken($"those of {type} in the encoder's layers and the classification head");
        return new ForeignModel(model, edits, head, LabelNames.Task(model.ProblemType, head.Outputs, config.File), model.Labels);
    }

    /// <summary>Writes a model; null where no method of peft can say its edits.</summary>
    public static IReadOnlyList<ForeignFile>? Write(TunedModel model)
    {
        if (Array.Find(Methods, known => known.Fits(model.Edits)) is not { } method)
        {
            return null;
        }

        string start = Start(method);
        LoadedEncoder encoder = model.Encoder;
        MethodWriting written = method.Write(model.Edits, new ModuleNames(encoder.Config, start), encoder.Config);
        KeyValuePair<string, HostTensor>[] head = [.. StaticHead.Write(model.Head, encoder)];
        HubAddress? hub = HubAddress.TryParse(encoder.Name);
        string[] modules = [.. head.Select(tensor => Module(tensor.Key, encoder.Config)).Distinct(StringComparer.Ordinal)];
        JsonObject config = new()
        {
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = hub?.Repository ?? encoder.Name,
            ["inference_mode"] = true,
            ["modules_to_save"] = new JsonArray([.. modules.Select(module => (JsonNode)module)]),
            [Type] = method.Name,
            ["revision"] = hub?.Revision,
            [Task] = Classification,
        };
        foreach ((string key, JsonNode? value) in written.Config)
        {
            config[key] = value?.DeepClone();
        }

        KeyValuePair<string, HostTensor>[] tensors =
            [.. written.Tensors, .. head.Select(tensor => KeyValuePair.Create(start + tensor.Key, tensor.Value))];
        return
        [
            new ForeignFile(ConfigFile, ForeignJson.Writer(config)),
            new ForeignFile(WeightsFile, stream => SafetensorsWriter.Write(
                stream, tensors, new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" })),
        ];
    }

    private static string Known() => string.Join(", ", Methods.Select(method => method.Name));

    // In models with a prompt nothing is wrapped but the whole.
    private static string Start(ForeignMethod method) => method is PeftLora or PeftIa3 ? "base_model.model." : "base_model.";

    // Versions before 0.3 wrote it.
    private static string WithoutWrapper(string name) =>
        name.Replace(".modules_to_save.default.", ".", StringComparison.Ordinal)
            .Replace(".modules_to_save.", ".", StringComparison.Ordinal);

    // 'classifier' of 'classifier.dense.weight', 'pooler' of 'bert.pooler.dense.weight'.
    private static string Module(string tensor, EncoderConfig config)
    {
        string prefix = config.Definition.Prefixes[0];
        return (tensor.StartsWith(prefix, StringComparison.Ordinal) ? tensor[prefix.Length..] : tensor).Split('.')[0];
    }
}
