using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

/// <summary>The tiny model of the reference numbers, with the weights of its files.</summary>
internal sealed class ReferenceModel : IDisposable
{
    private ReferenceModel(LoadedEncoder loaded, TunedClassifier classifier, MixtureOptions mixture)
    {
        Loaded = loaded;
        Classifier = classifier;
        Mixture = mixture;
    }

    public LoadedEncoder Loaded { get; }

    public TunedClassifier Classifier { get; }

    public MixtureOptions Mixture { get; }

    /// <summary>The base model with its published head, nothing else tuned.</summary>
    public static ReferenceModel Plain(string family) => Create(family, Labels, new HeadOnlyTuning(), MixtureOptions.None);

    /// <summary>Folders of the families beside RoBERTa and BERT.</summary>
    public static IReadOnlyList<string> Families { get; } =
    [
        .. new[]
        {
            "xlm-roberta", "camembert", "distilbert", "electra", "mpnet", "albert", "deberta-v2", "modernbert", "modernbert-cls",
        }.Select(name => Golden.Families + name),
    ];

    /// <summary>The base model with its published head, tuned by a method whose weights are new.</summary>
    public static ReferenceModel Tuned(string family, TuningMethod method, MixtureOptions mixture, ModelPlace? place = null) =>
        Create(family, Labels, method, mixture, place);

    /// <summary>The model of an AdaMix file: its sharing, its experts, and its own head where the file has one.</summary>
    public static ReferenceModel AdaMix(string family, string file, Golden golden, ModelPlace? place = null)
    {
        System.Text.Json.JsonElement description = Golden.Describe($"{family}/{file}");
        ExpertSharing sharing = (description.GetProperty("sharing_down").GetInt32() == 1 ? ExpertSharing.Down : ExpertSharing.None)
            | (description.GetProperty("sharing_up").GetInt32() == 1 ? ExpertSharing.Up : ExpertSharing.None);
        int outputs = golden.Has("out/logits_pass1") ? golden.Shape("out/logits_pass1")[1] : Labels;
        bool isFamily = family.StartsWith(Golden.Families, StringComparison.Ordinal);
        System.Text.Json.JsonElement sizes = isFamily ? description : Golden.Configuration();
        ReferenceModel model = Create(
            family,
            outputs,
            new AdapterTuning { Bottleneck = sizes.GetProperty("bottleneck").GetInt32() },
            MixtureOptions.Published with
            {
                Experts = sizes.GetProperty(isFamily ? "experts" : "num_experts").GetInt32(),
                Sharing = sharing,
            },
            place);
        Dictionary<string, TrainableParameter> parameters = model.Classifier.Parameters.ToDictionary(
            parameter => parameter.Name, StringComparer.Ordinal);
        foreach (string name in golden.Names.Where(name => name.StartsWith("param/", StringComparison.Ordinal)))
        {
            Set(parameters[model.OwnName(name["param/".Length..])], golden.Floats(name));
        }

        return model;
    }

    /// <summary>What this project calls a tensor of the reference numbers.</summary>
    public string OwnName(string stored) => TensorNames.Canonical(stored, Loaded.Config.Definition);

    public EncoderBatch Batch(Golden golden) => Batch(golden, Loaded.Config, device: Classifier.Encoder.Device);

    public static EncoderBatch Batch(Golden golden, EncoderConfig config, string prefix = "in/", Device? device = null)
    {
        long[] ids = golden.Integers(prefix + "input_ids");
        int[] shape = golden.Shape(prefix + "input_ids");
        long[] types = golden.Has(prefix + "token_type_ids") ? golden.Integers(prefix + "token_type_ids") : new long[ids.Length];
        float[] bias = Array.ConvertAll(golden.Integers(prefix + "attention_mask"), mask => mask == 1 ? 0 : PaddedRows.Masked);
        return EncoderBatch.Create(new PaddedRows(shape[0], ids, types, bias), config, device ?? CPU);
    }

    public void Dispose()
    {
        Classifier.Dispose();
        Classifier.Tuning.Dispose();
    }

    /// <summary>A pass with given routes, as the objective calls it.</summary>
    public Tensor Routed(EncoderBatch batch, Route[] routes) =>
        Classifier.Forward(batch, Classifier.Tuning.Bind(new RoutedExpert(routes), null), null);

    public static void Set(TrainableParameter parameter, float[] values)
    {
        using IDisposable gradients = no_grad();
        using Tensor source = tensor(values, parameter.Value.shape);
        parameter.Value.copy_(source);
    }

    private static int Labels => Golden.Configuration().GetProperty("num_labels").GetInt32();

    private static ReferenceModel Create(
        string family, int outputs, TuningMethod method, MixtureOptions mixture, ModelPlace? place = null)
    {
        place ??= ModelPlace.Cpu;
        string folder = Reference.Golden(family);
        LoadedEncoder loaded = HuggingFaceFolder.Load(folder);
        using Generator generator = new(1);
        TunedClassifier classifier = new(
            new FrozenEncoder(loaded, place.Device, place.Precision, place.States),
            method.Create(new MethodContext(loaded, mixture.ExpertCount, mixture.Sharing, generator, place.Device)),
            new ClassificationHead(loaded, outputs, 0, generator, place.Device),
            mixture);
        ITensorSource published = HuggingFaceFolder.OpenWeights(folder);
        foreach (TrainableParameter parameter in classifier.Head.Parameters)
        {
            HostTensor values = published.Read(
                published.Tensors.Keys.First(name => TensorNames.Canonical(name, loaded.Config.Definition) == parameter.Name));
            if (values.Count == parameter.Value.numel())
            {
                Set(parameter, values.Values.ToArray());
            }
        }

        return new ReferenceModel(loaded, classifier, mixture);
    }
}
