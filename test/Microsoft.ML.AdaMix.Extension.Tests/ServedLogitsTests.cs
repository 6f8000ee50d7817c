using Microsoft.ML.AdaMix.Extension.GatedShift;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Extension;

/// <summary>Prediction computes what training computed, with weights as far from their start as trained ones are.</summary>
[TestClass]
public sealed class ServedLogitsTests
{
    private const int Outputs = 5;

    [TestMethod]
    [DataRow(nameof(EncoderFamily.Roberta), false)]
    [DataRow(nameof(EncoderFamily.Bert), false)]
    [DataRow(nameof(EncoderFamily.Roberta), true)]
    public void ONNX_Runtime_gives_the_logits_of_training_for_the_merged_experts(string family, bool upperLayerOnly)
    {
        LoadedEncoder encoder = TestModels.Encoder(Enum.Parse<EncoderFamily>(family));
        MixtureOptions mixture = new() { Experts = 3, Sharing = ExpertSharing.None };
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(5);
        GatedShiftTuning method = new() { Layers = upperLayerOnly ? 1.. : Range.All };
        using ITuningModule tuning = method.Create(new MethodContext(encoder, mixture.ExpertCount, mixture.Sharing, generator, CPU));
        ClassificationHead head = new(encoder, Outputs, 0, generator, CPU);
        using TunedClassifier model = new(new FrozenEncoder(encoder, CPU), tuning, head, mixture);
        using (no_grad())
        {
            foreach (TrainableParameter parameter in model.Parameters)
            {
                parameter.Value.add_(randn(parameter.Value.shape, generator: generator).mul_(0.3));
            }
        }

        TunedModel plain = new(encoder, EncoderEdits.None, model.Head.ToHost(), new TextInput(16, SpecialTokensInText: false));
        TokenIds[] rows = TestModels.Rows(encoder.Config, 3, 16, 9, 1);
        TokenTable table = new(encoder.Config.VocabularySize);
        Array.ForEach(rows, table.Add);
        using OperatorThreads threads = OperatorThreads.Open(CPU);
        float[] expected = new Evaluation(model, rows.Length, threads, () => { }).Score(table);

        Golden.AssertClose(expected, TestModels.Score(ModelMerger.Merge(plain, tuning, new MergedExperts()), rows), 1e-4, "logits");
        float moved = expected.Zip(TestModels.Score(plain, rows), (tuned, untuned) => MathF.Abs(tuned - untuned)).Max();
        Assert.IsGreaterThan(1e-2f, moved, "the edit matters");
    }
}
