using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Inference;

/// <summary>Models that read a template's masks, on both sides.</summary>
[TestClass]
public sealed class TemplateServingTests
{
    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void The_served_graph_gives_the_logits_of_the_training_side_with_every_method(string method) =>
        The_served_graph_gives_the_logits_of_the_training_side(method);

    [TestMethod]
    [DataRow("adapter")]
    [DataRow("prompt")]
    [DataRow("prefix")]
    [DataRow("full")]
    public void The_served_graph_gives_the_logits_of_the_training_side(string method) =>
        AssertServed(PretrainedEncoder.RobertaMini.Load(), AllMethods.ByName[method](), masks: 1);

    [TestMethod]
    [DataRow("adapter")]
    [DataRow("prompt")]
    [DataRow("prefix")]
    [DataRow("bitfit")]
    [DataRow("full")]
    [DataRow("head")]
    public void A_BERT_encoder_with_several_masks_does_so_too(string method) =>
        AssertServed(HuggingFaceFolder.Load(Reference.Model("minilm-l6")), AllMethods.ByName[method](), masks: 2);

    [TestMethod]
    public void A_row_without_the_mask_is_an_error()
    {
        LoadedEncoder encoder = PretrainedEncoder.RobertaMini.Load();
        TunedModel model = new(encoder, EncoderEdits.None, Head(encoder, 1), Input(encoder, 1));
        using IModelSession session = ModelSessions.Open(model);
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => session.Score([new TokenIds([0, 5, 2], 3)], new float[3], []));
        StringAssert.Contains(error.Message, "mask token", StringComparison.Ordinal);
    }

    private static void AssertServed(LoadedEncoder encoder, TuningMethod method, int masks)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(5);
        int experts = method.SupportsMixture ? 3 : 1;
        using ITuningModule tuning = method.Create(new MethodContext(encoder, experts, ExpertSharing.None, generator, CPU));
        TextInput input = Input(encoder, masks);
        using TunedClassifier model = new(
            new FrozenEncoder(encoder, CPU) { Masked = input.Template!.Masked }, tuning,
            new MaskedLanguageHead(encoder.Config, Head(encoder, masks), CPU), new MixtureOptions { Experts = experts });
        using (no_grad())
        {
            foreach (TrainableParameter parameter in model.Parameters)
            {
                parameter.Value.add_(randn(parameter.Value.shape, generator: generator).mul_(method is FullFineTuning ? 0.005 : 0.05));
            }
        }

        TunedModel plain = new(encoder, EncoderEdits.None, model.Head.ToHost(), input);
        TunedModel merged = ModelMerger.Merge(plain, tuning, new MergedExperts());
        ITextTokenizer tokenizer = EncoderExtras.For(encoder).Tokenizer(input);
        TokenIds[] ids = [.. Rows.Topics("test.tsv", 12).Select(row => tokenizer.Encode(row.Text!, row.Text2, 64))];
        using OperatorThreads threads = OperatorThreads.Open(CPU);
        float[] expected = new Evaluation(model, 8, threads, () => { }).Score(TokenTables.Create(ids));
        float[] actual = new float[expected.Length];
        float[] embeddings = new float[ids.Length * encoder.Config.HiddenSize];
        using IModelSession session = ModelSessions.Open(merged);
        session.Score(ids, actual, embeddings);
        Golden.AssertClose(expected, actual, 1e-4, "logits");
        Assert.IsTrue(embeddings.All(float.IsFinite));
    }

    private static TextInput Input(LoadedEncoder encoder, int masks) => new(64, SpecialTokensInText: false)
    {
        Template = new TextTemplate(
            "{text} is {mask} , {pair}", EncoderExtras.For(encoder).Framed(specialTokensInText: false).Special.Mask!.Value.Id, masks,
            ["a", "b", "c"]),
    };

    private static HeadWeights Head(LoadedEncoder encoder, int masks)
    {
        int hidden = encoder.Config.HiddenSize;
        Random random = new(3);
        HostTensor Random(params int[] shape) => HostTensor.Create(shape, StorageType.Float32, memory =>
        {
            for (int i = 0; i < memory.Length; i++)
            {
                memory.Span[i] = (random.NextSingle() - 0.5f) / 10;
            }
        });
        return new HeadWeights(Random(hidden, hidden), Random(hidden), Random(3, masks * hidden), Random(3))
        {
            Norm = new HeadNorm(Random(hidden), Random(hidden)),
        };
    }
}
