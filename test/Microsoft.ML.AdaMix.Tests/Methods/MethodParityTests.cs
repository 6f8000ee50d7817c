using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>Numbers of the adapters and peft libraries themselves.</summary>
[TestClass]
public sealed class MethodParityTests
{
    private const double Tolerance = 2e-5;

    private static readonly Dictionary<string, Func<Golden, MethodSettings, TuningMethod>> Files = new(StringComparer.Ordinal)
    {
        ["adapters_seq_bn_pfeiffer"] = (file, settings) => Adapters(file, settings, AdapterPlacement.Pfeiffer),
        ["adapters_double_seq_bn_houlsby"] = (file, settings) => Adapters(file, settings, AdapterPlacement.Houlsby),
        ["adapters_par_bn"] = (file, settings) => Adapters(file, settings, AdapterPlacement.Parallel),
        ["adapters_ia3"] = (_, _) => new Ia3Tuning(),
        ["adapters_lora_all"] = (_, settings) => Lora(settings, EncoderMatrices.All & ~EncoderMatrices.AttentionOutput),
        ["peft_lora_qv"] = (_, settings) => Lora(settings, EncoderMatrices.Query | EncoderMatrices.Value),
        ["peft_lora_rslora_all_linear"] = (_, settings) => Lora(settings, EncoderMatrices.All),
        ["peft_prompt_tuning"] = (file, _) => new PromptTuning { Tokens = file.Shape("param/prompt_encoder.default.embedding.weight")[0] },
        ["peft_prefix_tuning"] = (file, _) => new PrefixTuning { Tokens = file.Shape("param/prompt_encoder.default.embedding.weight")[0] },
    };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("adapters_seq_bn_pfeiffer")]
    [DataRow("adapters_double_seq_bn_houlsby")]
    [DataRow("adapters_par_bn")]
    [DataRow("adapters_ia3")]
    [DataRow("adapters_lora_all")]
    [DataRow("peft_lora_qv")]
    [DataRow("peft_lora_rslora_all_linear")]
    [DataRow("peft_prompt_tuning")]
    [DataRow("peft_prefix_tuning")]
    public void Hidden_states_logits_loss_and_every_gradient_agree(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        Golden golden = new("methods", file + ".safetensors");
        Golden inputs = new("roberta", "base.safetensors");
        using ReferenceModel model = ReferenceModel.Tuned("roberta", Files[file](golden, new MethodSettings(golden)), MixtureOptions.None);
        Dictionary<string, TrainableParameter> parameters = model.Classifier.Parameters.ToDictionary(
            parameter => parameter.Name, StringComparer.Ordinal);
        int set = 0;
        foreach ((string name, float[] values) in MethodTensors.Read(golden, "param/", model.Loaded.Config))
        {
            ReferenceModel.Set(parameters[name], values);
            set++;
        }

        Assert.AreEqual(model.Classifier.Tuning.Tensors.Count, set, "the file sets every tensor of the method");
        EncoderBatch batch = model.Batch(inputs);
        ITuning tuning = model.Classifier.Tuning.Bind(new MergedExperts(), null);
        Tensor logits = model.Classifier.Forward(batch, tuning, null);
        Tensor loss = nn.functional.cross_entropy(logits, tensor(inputs.Integers("in/labels")));
        loss.backward();
        List<double> differences =
        [
            golden.AssertClose("out/logits", logits.ToArray(), Tolerance),
            golden.AssertClose("out/loss", loss.ToArray(), Tolerance),
        ];
        if (golden.Has("out/last_hidden_state"))
        {
            differences.Add(
                golden.AssertClose("out/last_hidden_state", model.Classifier.Encoder.AllStates(batch, tuning).Last().ToArray(), Tolerance));
        }

        int gradients = 0;
        foreach ((string name, float[] expected) in MethodTensors.Read(golden, "grad/", model.Loaded.Config))
        {
            differences.Add(Golden.AssertClose(expected, parameters[name].Value.grad!.ToArray(), Tolerance, name));
            gradients++;
        }

        Assert.AreEqual(parameters.Count, gradients, "the file has a gradient for everything that is trained");
        TestContext.WriteLine($"{file}: largest difference {differences.Max():g2}");
    }

    private static AdapterTuning Adapters(Golden file, MethodSettings settings, AdapterPlacement placement) => new()
    {
        Placement = placement,
        Bottleneck = file.Shape(file.Names.First(name => name.EndsWith("adapter_down.0.bias", StringComparison.Ordinal)))[0],
        Activation = settings.Activation switch
        {
            "relu" => AdapterActivation.Relu,
            "gelu" => AdapterActivation.Gelu,
            "swish" or "silu" => AdapterActivation.Silu,
            _ => throw new NotSupportedException($"The file's activation '{settings.Activation}' is not known."),
        },
        Scale = settings.AdapterScale,
    };

    private static LoraTuning Lora(MethodSettings settings, EncoderMatrices matrices) =>
        new() { Rank = settings.Rank, Alpha = settings.Alpha, RankStabilized = settings.RankStabilized, Matrices = matrices };
}
