using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Exchange;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.Checkpoints.Pickle;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Tests.Inference;

/// <summary>The authors' checkpoints, laid out from the reference numbers, compared with the logits of the authors' code.</summary>
[TestClass]
public sealed class ExpertSoupTests : IDisposable
{
    private const double Tolerance = 2e-5;
    private const string Fixed = "out/logits_fixed_expert_";

    private readonly TemporaryFolder _folder = new();

    public TestContext TestContext { get; set; } = null!;

    private static IEnumerable<(string Family, string File)> Files => Golden.AdaMixFiles;

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Merged_and_fixed_experts_give_the_logits_of_the_authors_code(string family, string file)
    {
        Golden golden = new(family, file);
        string merged = golden.Has("out/logits_merged_unclipped") ? "out/logits_merged_unclipped" : "out/logits_merged";
        using TrainedMixture mixture = Import(family, Write(family, golden));

        List<double> differences = [Compare(merged, mixture.Merge())];
        for (int expert = 0; expert < mixture.Experts && golden.Has($"{Fixed}{expert}"); expert++)
        {
            differences.Add(Compare($"{Fixed}{expert}", mixture.Expert(expert)));
        }

        TestContext.WriteLine($"{family}/{file}: {differences.Count} ways, largest difference {differences.Max():g2}");
        double Compare(string name, AdaMixTransformer model) =>
            Golden.AssertClose(golden.Floats(name), Clipped(Score(family, model), name, golden), Tolerance, name);
    }

    [TestMethod]
    public void What_torch_wrote_through_a_wrapper_is_the_same()
    {
        Golden golden = new("roberta", "adamix_share_up.safetensors");
        Dictionary<string, HostTensor> tensors = Tensors("roberta", golden);
        byte[] wrapped = TorchBytes.Of(
            tensors.ToDictionary(tensor => "module." + tensor.Key, tensor => tensor.Value, StringComparer.Ordinal), legacy: true);

        using TrainedMixture one = Import("roberta", Write("roberta", golden));
        using TrainedMixture other = Import("roberta", _folder.Write("pytorch_model_x_expert_soup.bin", wrapped));

        CollectionAssert.AreEqual(Score("roberta", one.Merge()), Score("roberta", other.Merge()));
    }

    [TestMethod]
    public void An_imported_mixture_is_saved_and_loaded_bit_for_bit()
    {
        using TrainedMixture mixture = Import("roberta", Write("roberta", new Golden("roberta", "adamix_share_none.safetensors")));

        mixture.Save(_folder.At("experts.safetensors"));

        using TrainedMixture loaded = TrainedMixture.Load(new MLContext(), _folder.At("experts.safetensors"), Encoder("roberta"));
        int last = mixture.Experts - 1;
        CollectionAssert.AreEqual(Score("roberta", mixture.Expert(last)), Score("roberta", loaded.Expert(last)));
        CollectionAssert.AreEqual(Score("roberta", mixture.Route(7)), Score("roberta", loaded.Route(7)));
        Assert.AreEqual(ExpertSharing.None, loaded.Sharing);
    }

    [TestMethod]
    public void Scores_of_experts_that_are_alike_say_nothing_and_others_are_refused()
    {
        Dictionary<string, HostTensor> tensors = Tensors("roberta", new Golden("roberta", "adamix_share_up.safetensors"));
        const string Score = "roberta.encoder.layer.1.output.ExpertSoup.MoA_A.expert_score_weight";
        float[] scores = new float[Experts(tensors)];
        tensors[Score] = HostTensor.From([scores.Length], scores);
        Import("roberta", Write(tensors)).Dispose();

        scores[^1] = 1;
        tensors[Score] = HostTensor.From([scores.Length], scores);
        Refuses(tensors, Score, $"[{string.Join(", ", scores)}]");
    }

    [TestMethod]
    public void A_whole_model_s_encoder_has_to_be_the_one_that_is_given()
    {
        const string Tensor = "roberta.encoder.layer.0.output.dense.bias";
        Dictionary<string, HostTensor> tensors = Tensors("roberta", new Golden("roberta", "adamix_share_up.safetensors"));
        tensors[Tensor] = SafetensorsFile.Open(Reference.Golden("roberta", "model.safetensors")).Read(Tensor);
        Import("roberta", Write(tensors)).Dispose();

        tensors[Tensor] = HostTensor.From(tensors[Tensor].Shape, new float[tensors[Tensor].Count]);
        Refuses(tensors, Tensor, "another one");
    }

    [TestMethod]
    public void A_file_without_a_tensor_or_with_one_too_many_is_refused_by_its_name()
    {
        Dictionary<string, HostTensor> tensors = Tensors("roberta", new Golden("roberta", "adamix_share_up.safetensors"));
        int experts = Experts(tensors);
        int layers = Encoder("roberta").Load().Config.Layers;
        string expert = $"encoder.layer.1.output.ExpertSoup.MoA_A.deepspeed_experts.{experts - 1}.bias";
        IEnumerable<KeyValuePair<string, HostTensor>> Without(int layer) =>
            tensors.Where(tensor => !tensor.Key.Contains($"layer.{layer}.", StringComparison.Ordinal));
        Refuses(tensors.Where(tensor => tensor.Key != "roberta." + expert), expert);
        Refuses(tensors.Append(KeyValuePair.Create("roberta.encoder.layer.0.lora_A", HostTensor.From([1], [1]))), "lora_A");
        Refuses(tensors.Where(tensor => !tensor.Key.Contains("ExpertSoup", StringComparison.Ordinal)), "has no experts");
        for (int layer = 0; layer < layers; layer++)
        {
            string others = string.Join(", ", Enumerable.Range(0, layers).Where(other => other != layer));
            Refuses(Without(layer), $"layer{(layers == 2 ? string.Empty : "s")}, {others} counted", $"{layers} layers");
        }

        Refuses(tensors.Where(tensor => !tensor.Key.Contains("MoA_B", StringComparison.Ordinal)), $"{experts} down and 0 up");
        Refuses(tensors.Where(tensor => tensor.Key != "classifier.out_proj.weight"), "classifier.out_proj.weight");
    }

    [TestMethod]
    public void Experts_of_other_shapes_are_refused_before_anything_is_made_of_them()
    {
        const string Down = "MoA_A.deepspeed_experts.";
        Dictionary<string, HostTensor> tensors = Tensors("roberta", new Golden("roberta", "adamix_share_up.safetensors"));
        IEnumerable<KeyValuePair<string, HostTensor>> With(params int[] shape) => tensors.Select(tensor =>
            tensor.Key.Contains(Down, StringComparison.Ordinal) && tensor.Key.EndsWith("weight", StringComparison.Ordinal)
                ? KeyValuePair.Create(tensor.Key, HostTensor.From(shape, new float[shape.Aggregate(1, (one, other) => one * other)]))
                : tensor);

        int hidden = Encoder("roberta").Load().Config.HiddenSize;
        Refuses(With(8, hidden / 2), $"hidden size {hidden / 2}");
        Refuses(With(8), $"no matrix [bottleneck, {hidden}]");
        Refuses(With(0, hidden), "Bottleneck");
        Refuses(With(2_000_000_000, 0), "hidden size 0");
        Refuses(tensors.Where(tensor => !tensor.Key.Contains(Down, StringComparison.Ordinal)
            || tensor.Key.EndsWith("bias", StringComparison.Ordinal)), "no weights");
    }

    [TestMethod]
    public void A_file_of_an_adapters_folder_leads_to_the_folder()
    {
        _folder.Write("adapter_config.json", "{\"peft_type\": \"LORA\"}");
        Refuses(Tensors("roberta", new Golden("roberta", "adamix_share_up.safetensors")), "Import the folder", _folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    private static int Experts(Dictionary<string, HostTensor> tensors) => tensors.Keys.Count(name =>
        name.Contains("layer.1.output.ExpertSoup.MoA_A.", StringComparison.Ordinal)
        && name.EndsWith(".weight", StringComparison.Ordinal));

    private void Refuses(IEnumerable<KeyValuePair<string, HostTensor>> tensors, params string[] parts)
    {
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Import("roberta", Write(tensors))).Message;
        foreach (string part in parts)
        {
            Assert.Contains(part, message);
        }
    }

    private static PretrainedEncoder Encoder(string family) => PretrainedEncoder.FromFolder(Reference.Golden(family));

    private static TrainedMixture Import(string family, string path) => new MLContext().Model.ImportExpertSoup(path, Encoder(family));

    private string Write(string family, Golden golden) => Write(Tensors(family, golden));

    private string Write(IEnumerable<KeyValuePair<string, HostTensor>> tensors)
    {
        using MemoryStream stream = new();
        SafetensorsWriter.Write(stream, [.. tensors]);
        return _folder.Write("expert_soup.safetensors", stream.ToArray());
    }

    // The file's experts and head; the head of the base model where the file has none.
    private static Dictionary<string, HostTensor> Tensors(string family, Golden golden)
    {
        const string Parameter = "param/";
        Dictionary<string, HostTensor> tensors = golden.Names.Where(name => name.StartsWith(Parameter, StringComparison.Ordinal))
            .ToDictionary(
                name => name[Parameter.Length..], name => HostTensor.From(golden.Shape(name), golden.Floats(name)), StringComparer.Ordinal);
        LoadedEncoder encoder = Encoder(family).Load();
        ITensorSource model = HuggingFaceFolder.OpenWeights(Reference.Golden(family));
        foreach ((string name, _) in StaticHead.Write(HeadWeights.Zeros(encoder.Config, 1), encoder))
        {
            if (!tensors.ContainsKey(name) && model.Tensors.ContainsKey(name))
            {
                tensors.Add(name, model.Read(name));
            }
        }

        return tensors;
    }

    private static float[] Score(string family, AdaMixTransformer model)
    {
        Golden inputs = new(family, "base.safetensors");
        int[] shape = inputs.Shape("in/input_ids");
        long[] ids = inputs.Integers("in/input_ids");
        long[] mask = inputs.Integers("in/attention_mask");
        long[] types = inputs.Has("in/token_type_ids") ? inputs.Integers("in/token_type_ids") : new long[ids.Length];
        TokenIds[] rows = [.. Enumerable.Range(0, shape[0]).Select(row =>
        {
            Range line = (row * shape[1])..((row + 1) * shape[1]);
            int length = (int)mask[line].Sum();
            int second = Array.IndexOf(types[line][..length], 1L);
            return new TokenIds([.. ids[line][..length].Select(id => (int)id)], second < 0 ? length : second);
        })];
        using AdaMixTransformer used = model;
        using IModelSession session = ModelSessions.Open(used.Model.Tuned);
        float[] logits = new float[rows.Length * session.Outputs];
        session.Score(rows, logits, new float[rows.Length * session.EmbeddingSize]);
        return logits;
    }

    // For regression the authors' code clips what it predicts.
    private static float[] Clipped(float[] logits, string name, Golden golden) =>
        golden.Has("out/logits_merged_unclipped") && name != "out/logits_merged_unclipped"
            ? Array.ConvertAll(logits, value => Math.Max(0, value))
            : logits;
}
