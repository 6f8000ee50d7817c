using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Testing;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

[TestClass]
public sealed class ServingTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void The_served_graph_gives_the_logits_of_the_training_side_on_real_text()
    {
        LibTorch.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        LoadedEncoder encoder = PretrainedEncoder.RobertaMini.Load();
        using Generator generator = new(5);
        using TunedClassifier model = new(
            new FrozenEncoder(encoder, CPU),
            TuningMethod.Adapters().Create(new MethodContext(encoder, 4, Sharing.None, generator, CPU)),
            new ClassificationHead(encoder, 12, 0, generator, CPU));
        using (no_grad())
        {
            foreach (TrainableParameter parameter in model.Parameters)
            {
                // As far from zero as trained weights are, so that adapters matter.
                parameter.Value.add_(randn(parameter.Value.shape, generator: generator).mul_(0.05));
            }
        }

        (EncoderEdits edits, HeadWeights head) = HostModel.Of(model.Tuning, model.Head.ToHost(), new MergedExperts());
        MergedModel merged = new(encoder, edits, head, new TextInput(128, SpecialTokensInText: false));
        ITextTokenizer tokenizer = TextTokenizer.Create(encoder.Tokenizer, encoder.Config.Family, specialTokensInText: false);
        TokenIds[] ids = [.. Rows.Topics("test.tsv", 48).Select(row => tokenizer.Encode(row.Text!, null, 128))];
        float[] expected = Evaluation.Logits(model, ids, 8, () => { });
        float[] actual = new float[expected.Length];
        using IModelSession session = ModelSessions.Open(merged);
        session.Score(ids, actual, []);
        TestContext.WriteLine($"largest difference {Golden.AssertClose(expected, actual, 1e-4, "logits"):g2}");
    }
}
