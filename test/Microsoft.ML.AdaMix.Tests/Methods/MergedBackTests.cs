using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Tests.Training;

namespace Microsoft.ML.AdaMix.Tests.Methods;

/// <summary>A merged model says from what trained tensors it came, so that training can start from it.</summary>
[TestClass]
public sealed class MergedBackTests
{
    private static readonly string[] FoldedAway = ["prefix from a network", "prompt from a network", "prompt from an LSTM"];

    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void Every_trained_tensor_comes_back_from_a_merged_model_bit_for_bit(string method)
    {
        using ReferenceModel model = TinyTraining.Model(AllMethods.ByName[method](), MixtureOptions.None);
        HeadWeights head = model.Classifier.Head.ToHost();
        TunedModel plain = new(model.Loaded, EncoderEdits.None, head, new TextInput(16, SpecialTokensInText: true));
        TunedModel merged = ModelMerger.Merge(plain, model.Classifier.Tuning, MergedExperts.For(MixtureOptions.None));
        IReadOnlyDictionary<ExpertTensor, HostTensor>? found = model.Classifier.Tuning.FromHost(merged);
        if (FoldedAway.Contains(method, StringComparer.Ordinal))
        {
            Assert.IsNull(found, "a network that was folded away cannot be told from what it gave");
            return;
        }

        foreach (TunedTensor edited in merged.Edits.SelectMany(edit => edit.Tensors(merged)))
        {
            Assert.IsTrue(found!.Values.Any(values => ReferenceEquals(values, edited.Tensor)), $"'{edited.Name}' would be lost");
        }

        foreach (ExpertTensor tensor in model.Classifier.Tuning.Tensors)
        {
            string name = tensor.Parameters[0].Name;
            Assert.IsTrue(found!.ContainsKey(tensor), name);
            CollectionAssert.AreEqual(tensor.Experts[0].ToArray(), found[tensor].Values.ToArray(), name);
        }
    }

    [TestMethod]
    public void What_was_tuned_otherwise_does_not_come_back()
    {
        using ReferenceModel lora = TinyTraining.Model(new LoraTuning { Rank = 4, Alpha = 8 }, MixtureOptions.None);
        using ReferenceModel otherScale = TinyTraining.Model(new LoraTuning { Rank = 4, Alpha = 16 }, MixtureOptions.None);
        TunedModel plain = new(
            lora.Loaded, EncoderEdits.None, lora.Classifier.Head.ToHost(), new TextInput(16, SpecialTokensInText: true));
        TunedModel merged = ModelMerger.Merge(plain, lora.Classifier.Tuning, MergedExperts.For(MixtureOptions.None));
        Assert.IsEmpty(otherScale.Classifier.Tuning.FromHost(merged)!);
    }
}
