using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>Experts on LoRA matrices, against the authors' LoRA layer with experts.</summary>
[TestClass]
public sealed class LoraMixtureParityTests
{
    private const double Tolerance = 1e-4;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("share_B", ExpertSharing.Up)]
    [DataRow("share_none", ExpertSharing.None)]
    public void Outputs_gradients_and_the_merged_outputs_agree(string file, ExpertSharing sharing)
    {
        using DisposeScope scope = NewDisposeScope();
        Golden golden = new("lora", "adamix_lora.safetensors");
        System.Text.Json.JsonElement description = Golden.Describe("lora/adamix_lora.safetensors")!.Value;
        int hidden = golden.Shape("in/x")[2];
        int rank = golden.Shape(file + "/param/query.A.0")[0];
        int experts = golden.Names.Count(name => name.StartsWith(file + "/param/query.A.", StringComparison.Ordinal));
        LoraTuning method = new() { Rank = rank, Alpha = description.GetProperty("scaling").GetDouble() * rank };
        using Generator generator = new(1);
        using ITuningModule module = method.Create(new MethodContext(OneLayer(hidden), experts, sharing, generator, CPU));
        Dictionary<string, TrainableParameter> parameters = module.Tensors.SelectMany(tensor => tensor.Parameters).ToDictionary(
            parameter => parameter.Name, StringComparer.Ordinal);
        string[] stored = [.. golden.Names.Where(name => name.StartsWith(file + "/param/", StringComparison.Ordinal))];
        Assert.HasCount(parameters.Count, stored);
        foreach (string name in stored)
        {
            ReferenceModel.Set(parameters[OwnName(name)], golden.Floats(name));
        }

        long[] route = golden.Integers(file + "/route");
        Tensor y = Project(golden, module.Bind(new RoutedExpert([new Route((int)route[0], (int)route[1])]), null)); // [B, T, 3 hidden]
        y.backward([tensor(golden.Floats("in/upstream_gradient"), y.shape)]);
        List<double> differences =
        [
            golden.AssertClose(file + "/out/y_train", y.ToArray(), Tolerance),
            golden.AssertClose(file + "/out/y_merged", Project(golden, module.Bind(new MergedExperts(), null)).ToArray(), Tolerance),
        ];
        foreach (string name in stored.Select(name => name.Replace("/param/", "/grad/", StringComparison.Ordinal)))
        {
            TrainableParameter parameter = parameters[OwnName(name)];
            differences.Add(golden.AssertClose(name, parameter.Value.grad?.ToArray() ?? new float[parameter.Value.numel()], Tolerance));
        }

        TestContext.WriteLine($"{file}: largest difference {differences.Max():g2}");
    }

    private static string OwnName(string name)
    {
        string[] parts = name.Split('/')[^1].Split('.'); // query.A.0
        return $"encoder.layer.0.attention.self.{parts[0]}.lora_{parts[1]}.{parts[2]}.weight";
    }

    private static Tensor Project(Golden golden, ITuning tuning)
    {
        Tensor x = tensor(golden.Floats("in/x"), Array.ConvertAll(golden.Shape("in/x"), size => (long)size));
        long hidden = x.shape[2];
        return cat([.. ((string[])["query", "key", "value"]).Select(name => tuning.Projected(
            "encoder.layer.0.attention.self." + name,
            x,
            nn.functional.linear(
                x, tensor(golden.Floats($"param/{name}.weight"), hidden, hidden), tensor(golden.Floats($"param/{name}.bias")))))], -1);
    }

    private static LoadedEncoder OneLayer(int hidden) => new(
        "one layer",
        new EncoderConfig
        {
            Family = EncoderFamily.Roberta,
            VocabularySize = 8,
            HiddenSize = hidden,
            Layers = 1,
            Heads = 1,
            IntermediateSize = hidden,
            MaxPositions = 8,
            TokenTypes = 1,
            PadTokenId = 1,
            LayerNormEpsilon = 1e-5,
            HiddenActivation = Activation.Gelu,
        },
        new Dictionary<string, HostTensor>(StringComparer.Ordinal),
        new TokenizerFiles("none", new Dictionary<string, byte[]>(StringComparer.Ordinal)));
}
