using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks.Families;

/// <summary>Each family of encoders compared with Hugging Face's own code. AdaMix on each is compared where RoBERTa's is.</summary>
[TestClass]
public sealed class FamilyParityTests
{
    private const double Tolerance = 2e-5;

    // Not normalised between layers.
    private const double StatesBeforeNorms = 5e-5;

    private static IEnumerable<object[]> Families => Golden.FamilyFolders.Select(family => (object[])[family]);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Hidden_states_logits_and_cross_entropy_of_the_plain_model_agree(string family)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = ReferenceModel.Plain(family);
        Golden golden = new(family, "base.safetensors");
        long[] mask = golden.Integers("in/attention_mask");
        FrozenEncoder encoder = model.Classifier.Encoder;
        EncoderBatch batch = model.Batch(golden);
        double tolerance = encoder.Config.Definition.NormsFirst ? StatesBeforeNorms : Tolerance;
        Tensor[] hidden = [.. encoder.AllStates(batch, NoTuning.Instance)];
        double states = 0;
        for (int layer = 0; layer < hidden.Length; layer++)
        {
            string name = FormattableString.Invariant($"out/hidden_states.{layer}");
            states = Math.Max(states, StatesAssert.AssertClose(golden, name, hidden[layer], tolerance, mask));
        }

        Assert.IsFalse(golden.Has(FormattableString.Invariant($"out/hidden_states.{hidden.Length}")));
        Tensor last = encoder.Finish(hidden[^1], NoTuning.Instance);
        states = Math.Max(states, StatesAssert.AssertClose(golden, "out/last_hidden_state", last, tolerance, mask));
        Tensor logits = model.Classifier.Forward(batch, NoTuning.Instance, null);
        double largest = golden.AssertClose("out/logits", logits.ToArray(), Tolerance);
        Tensor loss = nn.functional.cross_entropy(logits, tensor(golden.Integers("in/labels")));
        largest = Math.Max(largest, golden.AssertClose("out/cross_entropy", loss.ToArray(), Tolerance));
        TestContext.WriteLine($"{family}: largest difference of states {states:g2}, of logits and loss {largest:g2}");
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Gradients_of_the_encoder_s_own_weights_agree(string family)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = ReferenceModel.Tuned(family, new FullFineTuning(), MixtureOptions.None);
        Golden golden = new(family, "base.safetensors");
        ITuning tuning = model.Classifier.Tuning.Bind(new MergedExperts(), null);
        Tensor logits = model.Classifier.Forward(model.Batch(golden), tuning, null);
        nn.functional.cross_entropy(logits, tensor(golden.Integers("in/labels"))).backward();
        double largest = AssertGradients(golden, model);
        TestContext.WriteLine($"{family}: largest difference {largest:g2}");
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void Lora_s_logits_gradients_and_folded_weights_agree(string family)
    {
        using DisposeScope scope = NewDisposeScope();
        Golden golden = new(family, "lora.safetensors");
        Golden inputs = new(family, "base.safetensors");
        LoraTuning lora = new()
        {
            Rank = Golden.FamilyConfiguration().GetProperty("lora_rank").GetInt32(),
            Alpha = Golden.FamilyConfiguration().GetProperty("lora_alpha").GetInt32(),
        };
        using ReferenceModel model = ReferenceModel.Tuned(family, lora, MixtureOptions.None);
        Dictionary<string, TrainableParameter> parameters = Parameters(model);
        string[] given = [.. golden.Names.Where(name => name.StartsWith("param/", StringComparison.Ordinal))];
        Assert.HasCount(model.Classifier.Tuning.Tensors.Count, given);
        foreach (string name in given)
        {
            ReferenceModel.Set(parameters[OwnName(model, name["param/".Length..])], golden.Floats(name));
        }

        Tensor logits = model.Classifier.Forward(
            model.Batch(inputs), model.Classifier.Tuning.Bind(new MergedExperts(), null), null);
        Tensor loss = nn.functional.cross_entropy(logits, tensor(inputs.Integers("in/labels")));
        loss.backward();
        double largest = golden.AssertClose("out/logits", logits.ToArray(), 1e-4);
        largest = Math.Max(largest, golden.AssertClose("out/cross_entropy", loss.ToArray(), 1e-4));
        largest = Math.Max(largest, AssertGradients(golden, model, 1e-4));
        FoldedWeights folded = new(model.Loaded, model.Classifier.Tuning.ToHost(new MergedExperts()));
        foreach (string name in golden.Names.Where(name => name.StartsWith("folded/", StringComparison.Ordinal)))
        {
            golden.AssertClose(name, folded[model.OwnName(name["folded/".Length..])].Values.Span, 1e-6);
        }

        TestContext.WriteLine($"{family}: largest difference {largest:g2}");
    }

    private static double AssertGradients(Golden golden, ReferenceModel model, double tolerance = Tolerance)
    {
        Dictionary<string, TrainableParameter> parameters = Parameters(model);
        string[] stored = [.. golden.Names.Where(name => name.StartsWith("grad/", StringComparison.Ordinal))];
        Assert.IsNotEmpty(stored);
        return stored.Max(name => golden.AssertClose(
            name, parameters[OwnName(model, name["grad/".Length..])].Value.grad!.ToArray(), tolerance));
    }

    private static Dictionary<string, TrainableParameter> Parameters(ReferenceModel model) =>
        model.Classifier.Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);

    // The expert's number stands in the names of this project.
    private static string OwnName(ReferenceModel model, string stored) => model.OwnName(stored)
        .Replace(".lora_A.weight", ".lora_A.0.weight", StringComparison.Ordinal)
        .Replace(".lora_B.weight", ".lora_B.0.weight", StringComparison.Ordinal);
}
