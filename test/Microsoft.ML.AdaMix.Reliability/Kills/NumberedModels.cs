using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reliability.Samples;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>Random models that are made in no time, without training, each with a number of its own, on one encoder.</summary>
internal static class NumberedModels
{
    private const int Bottleneck = 8;
    private const int Classes = 3;
    private static readonly LoadedEncoder Encoder = TinyEncoder.Create();

    public static AdaMixTransformer Create(int number)
    {
        Random random = new(number + 1);
        int hidden = Encoder.Config.HiddenSize;
        EncoderEdits edits =
        [
            .. Enumerable.Range(0, Encoder.Config.Layers).Select(layer => new AdapterEdit(
                EncoderTensors.Layer(layer) + "output", AdapterInput.Output, Tensor(random, Bottleneck, hidden),
                Tensor(random, Bottleneck), Tensor(random, hidden, Bottleneck), Tensor(random, hidden), Activation.Gelu)),
        ];
        HeadWeights head = new(
            Tensor(random, hidden, hidden), Tensor(random, hidden), Tensor(random, Classes, hidden), Tensor(random, Classes));
        TunedModel tuned = new(Encoder, edits, head, new TextInput(Encoder.Config.MaxSequenceLength, SpecialTokensInText: true));
        return new AdaMixTransformer(new MLContext(), new ServedModel(
            tuned, TextTask.Multiclass, LabelKeys.Restore(Classes, "text", ["animal", "food", "person"]),
            new ScoringColumns("Text", null, "PredictedLabel", "Score", "Probability", null, null)));
    }

    private static HostTensor Tensor(Random random, params int[] shape) => HostTensor.From(
        shape, [.. Enumerable.Range(0, shape.Aggregate(1, (all, size) => all * size)).Select(_ => (random.NextSingle() - 0.5f) * 0.4f)]);
}
