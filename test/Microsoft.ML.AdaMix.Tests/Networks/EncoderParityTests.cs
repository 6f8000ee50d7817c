using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

[TestClass]
public sealed class EncoderParityTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("roberta")]
    [DataRow("bert")]
    public void Hidden_states_logits_and_cross_entropy_of_the_plain_model_agree(string family)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = ReferenceModel.Plain(family);
        Golden golden = new(family, "base.safetensors");
        EncoderBatch batch = model.Batch(golden);
        Tensor[] hidden = [.. model.Classifier.Encoder.AllStates(batch, NoTuning.Instance)];
        double largest = 0;
        for (int layer = 0; layer < hidden.Length; layer++)
        {
            largest = Math.Max(
                largest, golden.AssertClose(FormattableString.Invariant($"out/hidden_states.{layer}"), hidden[layer].ToArray(), 2e-5));
        }

        Assert.IsFalse(golden.Has(FormattableString.Invariant($"out/hidden_states.{hidden.Length}")));
        largest = Math.Max(largest, golden.AssertClose("out/last_hidden_state", hidden[^1].ToArray(), 2e-5));
        Tensor logits = model.Classifier.Forward(batch, NoTuning.Instance, null);
        largest = Math.Max(largest, golden.AssertClose("out/logits", logits.ToArray(), 2e-5));
        Tensor loss = nn.functional.cross_entropy(logits, tensor(golden.Integers("in/labels")));
        largest = Math.Max(largest, golden.AssertClose("out/cross_entropy", loss.ToArray(), 2e-5));
        TestContext.WriteLine($"largest difference {largest:g2}");
    }

    [TestMethod]
    public void Position_ids_agree_with_the_reference()
    {
        Golden golden = new("roberta", "base.safetensors");
        using ReferenceModel model = ReferenceModel.Plain("roberta");
        using EncoderBatch batch = model.Batch(golden);
        CollectionAssert.AreEqual(golden.Integers("out/position_ids"), batch.Positions.data<long>().ToArray());
    }

    [TestMethod]
    [DataRow("roberta-mini")]
    [DataRow("minilm-l6")]
    public void Hidden_states_of_a_pretrained_encoder_agree(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        LoadedEncoder loaded = HuggingFaceFolder.Load(Reference.Model(name));
        Golden golden = Golden.At(Reference.Model(name, "golden.safetensors"));
        using FrozenEncoder encoder = new(loaded, CPU);
        EncoderBatch batch = ReferenceModel.Batch(golden, loaded.Config);
        double largest = 0;
        int layer = 0;
        float[] mask = Array.ConvertAll(golden.Integers("in/attention_mask"), value => (float)value);
        foreach (Tensor hidden in encoder.AllStates(batch, NoTuning.Instance))
        {
            string entry = FormattableString.Invariant($"out/hidden_states.{layer++}");
            largest =
                Math.Max(largest, Golden.AssertClose(Masked(golden.Floats(entry), mask), Masked(hidden.ToArray(), mask), 1e-4, entry));
        }

        Assert.AreEqual(loaded.Config.Layers + 1, layer);
        TestContext.WriteLine($"largest difference {largest:g2}");
    }

    // Outputs at padding mean nothing; versions of the reference differ there.
    private static float[] Masked(float[] hidden, float[] mask)
    {
        int width = hidden.Length / mask.Length;
        return [.. hidden.Select((value, index) => value * mask[index / width])];
    }
}
