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
    private const string FirstExpert = ".deepspeed_experts.0.weight";

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
    public static ReferenceModel Plain(string family) => Tuned(family, new HeadOnlyTuning(), MixtureOptions.None);

    /// <summary>The base model tuned by a method whose weights are new, and its published head unless outputs are given.</summary>
    public static ReferenceModel Tuned(
        string family, TuningMethod method, MixtureOptions mixture, ModelPlace? place = null, int? outputs = null) =>
        Create(family, outputs ?? Outputs(family), method, mixture, place);

    /// <summary>The model of an AdaMix file: its sharing, its experts, and its own head where the file has one.</summary>
    public static ReferenceModel AdaMix(string family, string file, Golden golden, ModelPlace? place = null)
    {
        (int down, int up) = (Experts(golden, "MoA_A"), Experts(golden, "MoA_B"));
        ReferenceModel model = Create(
            family,
            golden.Has("out/logits_pass1") ? golden.Shape("out/logits_pass1")[1] : Outputs(family),
            new AdapterTuning
            {
                Bottleneck = golden.Shape(golden.Names.First(name => name.EndsWith(".MoA_A" + FirstExpert, StringComparison.Ordinal)))[0],
            },
            MixtureOptions.Published with
            {
                Experts = Math.Max(Math.Max(down, up), golden.Names.Count( // where all is shared, only the results say it
                    name => name.StartsWith("out/logits_fixed_expert_", StringComparison.Ordinal))),
                Sharing = (down == 1 ? ExpertSharing.Down : ExpertSharing.None) | (up == 1 ? ExpertSharing.Up : ExpertSharing.None),
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

    private static int Outputs(string family) => new Golden(family, "base.safetensors").Shape("out/logits")[1];

    // Of one layer; all have as many.
    private static int Experts(Golden golden, string projection)
    {
        string first = golden.Names.First(name => name.StartsWith("param/", StringComparison.Ordinal)
            && name.EndsWith($".{projection}{FirstExpert}", StringComparison.Ordinal));
        string start = first[..^FirstExpert.Length];
        return golden.Names.Count(name =>
            name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal));
    }

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
