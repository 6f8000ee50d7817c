using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Networks;

[TestClass]
public sealed class MaskedLanguageHeadTests
{
    private const int MaskId = 4;

    [TestMethod]
    public void The_head_of_roberta_mini_gives_the_masked_LM_logits_of_the_reference()
    {
        Golden golden = Golden.At(Reference.Model("roberta-mini", "golden.safetensors"));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        LanguageHead language = PretrainedEncoder.RobertaMini.ReadLanguageHead();
        using MaskedLanguageHead head = new(PretrainedEncoder.RobertaMini.ReadConfig(), Whole(language), CPU);
        int[] shape = golden.Shape("out/hidden_states.6");
        Tensor states = tensor(golden.Floats("out/hidden_states.6"), shape[0], shape[1], shape[2])[0]; // [T, hidden]: a row a token
        Golden.AssertClose(
            golden.Floats("out/mlm_logits_row0"), head.Forward(states, NoTuning.Instance, null).ToArray(), 1e-4, "logits");
    }

    [TestMethod]
    public void A_masked_token_that_leads_its_row_has_the_state_of_the_reference()
    {
        Golden golden = Golden.At(Reference.Model("roberta-mini", "golden.safetensors"));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        LoadedEncoder loaded = PretrainedEncoder.RobertaMini.Load();
        int[] shape = golden.Shape("in/input_ids");
        long[] ids = golden.Integers("in/input_ids")[(2 * shape[1])..(3 * shape[1])]; // "What is the capital of <mask>?"
        long[] mask = golden.Integers("in/attention_mask")[(2 * shape[1])..(3 * shape[1])];
        float[] bias = Array.ConvertAll(mask, token => token == 1 ? 0 : PaddedRows.Masked);
        int place = Array.IndexOf(ids, MaskId);
        Assert.IsGreaterThan(0, place);
        MaskedTokens masked = new(MaskId, 1);
        using FrozenEncoder encoder = new(loaded, CPU) { Masked = masked };
        using EncoderBatch batch = EncoderBatch.Create(new PaddedRows(1, ids, new long[ids.Length], bias), loaded.Config, CPU, masked);
        int hidden = loaded.Config.HiddenSize;
        float[] expected = golden.Floats("out/hidden_states.6").AsSpan(((2 * shape[1]) + place) * hidden, hidden).ToArray();
        Golden.AssertClose(expected, encoder.Forward(batch, NoTuning.Instance, null).ToArray(), 1e-4, "state at the mask");
    }

    [TestMethod]
    public void A_class_of_several_words_and_tokens_has_the_mean_of_their_logits()
    {
        LanguageHead language = PretrainedEncoder.RobertaMini.ReadLanguageHead();
        EncoderConfig config = PretrainedEncoder.RobertaMini.ReadConfig();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        using Generator generator = new(1);
        Tensor read = randn([3, 2 * config.HiddenSize], generator: generator); // two masks
        using MaskedLanguageHead all = new(config, Whole(language), CPU);
        using MaskedLanguageHead classes = new(config, language.ForClasses([[[700]], [[800, 900], [1000]]], masks: 2), CPU);
        float[] first = all.Forward(read.narrow(1, 0, config.HiddenSize), NoTuning.Instance, null).ToArray();
        float[] second = all.Forward(read.narrow(1, config.HiddenSize, config.HiddenSize), NoTuning.Instance, null).ToArray();
        float[] found = classes.Forward(read, NoTuning.Instance, null).ToArray();
        for (int row = 0; row < 3; row++)
        {
            int start = row * config.VocabularySize;
            Assert.AreEqual(first[start + 700], found[2 * row], 1e-4);
            float longer = (first[start + 800] + second[start + 900]) / 2;
            Assert.AreEqual((longer + first[start + 1000]) / 2, found[(2 * row) + 1], 1e-4);
        }
    }

    [TestMethod]
    public void An_encoder_without_a_masked_LM_head_is_an_error_that_says_what_to_do()
    {
        PretrainedEncoder encoder = PretrainedEncoder.FromFolder(Reference.Model("minilm-l6"));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => encoder.ReadLanguageHead());
        StringAssert.Contains(error.Message, "has no masked-LM head", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "BertForMaskedLM", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "leave out Template", StringComparison.Ordinal);
    }

    private static HeadWeights Whole(LanguageHead head) =>
        new(head.DenseWeight, head.DenseBias, head.Decoder, head.DecoderBias) { Norm = head.Norm };
}
