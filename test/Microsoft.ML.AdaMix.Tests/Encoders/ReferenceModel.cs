using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Bottleneck;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Testing;
using Microsoft.ML.AdaMix.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Encoders;

/// <summary>The tiny model of the reference numbers, with the weights of its files.</summary>
internal sealed class ReferenceModel : IDisposable
{
    private ReferenceModel(LoadedEncoder loaded, TunedClassifier classifier)
    {
        Loaded = loaded;
        Classifier = classifier;
    }

    public LoadedEncoder Loaded { get; }

    public TunedClassifier Classifier { get; }

    /// <summary>The base model with its published head; adapters are there, with random weights.</summary>
    public static ReferenceModel Plain(string family) => Create(family, Golden.Configuration().GetProperty("num_labels").GetInt32(), Sharing.Up);

    /// <summary>The model of an AdaMix file: its sharing, its experts, and its own head where the file has one.</summary>
    public static ReferenceModel AdaMix(string family, string file, Golden golden)
    {
        System.Text.Json.JsonElement description = Golden.Describe($"{family}/{file}");
        Sharing sharing = (description.GetProperty("sharing_down").GetInt32() == 1 ? Sharing.Down : Sharing.None)
            | (description.GetProperty("sharing_up").GetInt32() == 1 ? Sharing.Up : Sharing.None);
        int outputs = golden.Has("out/logits_pass1") ? golden.Shape("out/logits_pass1")[1] : Golden.Configuration().GetProperty("num_labels").GetInt32();
        ReferenceModel model = Create(family, outputs, sharing);
        Dictionary<string, TrainableParameter> parameters = model.Classifier.Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        foreach (string name in golden.Names.Where(name => name.StartsWith("param/", StringComparison.Ordinal)))
        {
            Set(parameters[TensorNames.Canonical(name["param/".Length..])], golden.Floats(name));
        }

        return model;
    }

    public EncoderBatch Batch(Golden golden) => Batch(golden, Loaded.Config);

    public static EncoderBatch Batch(Golden golden, EncoderConfig config, string prefix = "in/")
    {
        long[] ids = golden.Integers(prefix + "input_ids");
        int[] shape = golden.Shape(prefix + "input_ids");
        long[] types = golden.Has(prefix + "token_type_ids") ? golden.Integers(prefix + "token_type_ids") : new long[ids.Length];
        float[] bias = Array.ConvertAll(golden.Integers(prefix + "attention_mask"), mask => mask == 1 ? 0 : float.MinValue);
        return EncoderBatch.Create(ids, types, bias, shape[0], shape[1], config, CPU);
    }

    public void Dispose() => Classifier.Dispose();

    private static ReferenceModel Create(string family, int outputs, Sharing sharing)
    {
        string folder = Reference.Golden(family);
        LoadedEncoder loaded = HuggingFaceFolder.Load(folder);
        System.Text.Json.JsonElement configuration = Golden.Configuration();
        using Generator generator = new(1);
        TunedClassifier classifier = new(
            new FrozenEncoder(loaded, CPU),
            new BottleneckMixture(loaded.Config, configuration.GetProperty("bottleneck").GetInt32(), configuration.GetProperty("num_experts").GetInt32(), sharing, generator, CPU),
            new ClassificationHead(loaded, outputs, 0, generator, CPU));
        ITensorSource published = HuggingFaceFolder.OpenWeights(folder);
        foreach (TrainableParameter parameter in classifier.Head.Parameters)
        {
            HostTensor values = published.Read(parameter.Name);
            if (values.Count == parameter.Value.numel())
            {
                Set(parameter, values.Values.ToArray());
            }
        }

        return new ReferenceModel(loaded, classifier);
    }

    private static void Set(TrainableParameter parameter, float[] values)
    {
        Assert.AreEqual(parameter.Value.numel(), values.LongLength, parameter.Name);
        values.CopyTo(MemoryMarshal.Cast<byte, float>(parameter.Value.bytes));
    }
}
