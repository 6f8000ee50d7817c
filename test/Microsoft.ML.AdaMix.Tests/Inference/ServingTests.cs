using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Inference;

[TestClass]
public sealed class ServingTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void The_served_graph_gives_the_logits_of_the_training_side_on_real_text(string method) =>
        AssertServed(PretrainedEncoder.RobertaMini.Load(), AllMethods.ByName[method]());

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void The_served_graph_of_a_BERT_encoder_does_so_too(string method) =>
        AssertServed(HuggingFaceFolder.Load(Reference.Model("minilm-l6")), AllMethods.ByName[method]());

    [TestMethod]
    public void Tuned_layers_are_served_where_they_were_trained()
    {
        LoadedEncoder encoder = PretrainedEncoder.RobertaMini.Load();
        AssertServed(encoder, new AdapterTuning { Bottleneck = 8, Placement = AdapterPlacement.Houlsby, Layers = 1..^1 });
        AssertServed(encoder, new LoraTuning { Layers = 1..^1 });
        AssertServed(encoder, new PrefixTuning { Tokens = 3, Layers = 1..^1 });
    }

    private void AssertServed(LoadedEncoder encoder, TuningMethod method)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(5);
        using ITuningModule tuning = method.Create(
            new MethodContext(encoder, method.SupportsMixture ? 3 : 1, ExpertSharing.None, generator, CPU));
        using TunedClassifier model = new(
            new FrozenEncoder(encoder, CPU), tuning, new ClassificationHead(encoder, 12, 0, generator, CPU), new MixtureOptions
        {
            Experts = method.SupportsMixture ? 3 : 1,
        });
        using (no_grad())
        {
            // As far from the start as trained weights are, so that what was tuned matters; all of an encoder's weights move less.
            double distance = method is FullFineTuning ? 0.005 : 0.05;
            foreach (TrainableParameter parameter in model.Parameters)
            {
                parameter.Value.add_(randn(parameter.Value.shape, generator: generator).mul_(distance));
            }
        }

        TunedModel plain = new(encoder, EncoderEdits.None, model.Head.ToHost(), new TextInput(96, SpecialTokensInText: false));
        TunedModel merged = ModelMerger.Merge(plain, tuning, new MergedExperts());
        ITextTokenizer tokenizer = TextTokenizer.Create(encoder.Tokenizer, encoder.Config.Family, specialTokensInText: false);
        TokenIds[] ids = [.. Rows.Topics("test.tsv", 24).Select(row => tokenizer.Encode(row.Text!, null, 96))];
        using OperatorThreads threads = OperatorThreads.Open(CPU);
        float[] expected = new Evaluation(model, 8, threads, () => { }).Score(TokenTables.Create(ids));
        float[] actual = new float[expected.Length];
        using IModelSession session = ModelSessions.Open(merged);
        session.Score(ids, actual, []);
        TestContext.WriteLine($"{method}: largest difference {Golden.AssertClose(expected, actual, 1e-4, "logits"):g2}");
    }
}
