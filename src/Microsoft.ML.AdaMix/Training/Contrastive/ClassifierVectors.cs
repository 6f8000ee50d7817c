using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Contrastive;

/// <summary>A classifier's vectors: what the output layer of its head reads, drawn out to length one.</summary>
/// <param name="model">With a classification head.</param>
/// <param name="settings">Dropout, recomputation.</param>
/// <param name="router">Draws experts.</param>
/// <param name="below">What enters the first tuned layer, where it does not change; otherwise null.</param>
internal sealed class ClassifierVectors(TunedClassifier model, TrainingSettings settings, Router router, FrozenStates? below)
    : IVectorModel
{
    public EncoderConfig Config => model.Encoder.Config;

    public Device Device => model.Encoder.Device;

    public ScalarType States => model.Encoder.States;

    public IEnumerable<TrainableParameter> Parameters => model.Parameters;

    public EncoderBatch Pad(TokenTable rows, int[] sequences) => model.Pad(rows, sequences);

    public long DropoutWords(EncoderBatch batch) => settings.GradientCheckpointing
        ? EncoderDropout.WordsOfLayer(Config, batch.Length)
        : EncoderDropout.WordsOfPass(Config, batch.Length);

    public IDrawnExperts Draw(int texts, int tokens) => router.Draw(passes: 1, texts, tokens);

    public (Tensor Loss, Tensor?[] Gradients) Differentiate(
        int[] sequences, EncoderBatch batch, IExpertSelection experts, Dropout? masks, Tensor[] leaves, Func<Tensor, Tensor> loss)
    {
        EncoderDropout? dropout = masks is null ? null : new EncoderDropout(masks, settings.Dropout.Hidden, settings.Dropout.Attention);
        ITuning tuning = model.Tuning.Bind(experts, masks);
        Tensor? states = below?.Get(sequences, batch.Length); // [S, T, hidden]
        if (settings.GradientCheckpointing && dropout is not null)
        {
            RecomputedPass pass = RecomputedPass.Forward(model, states, batch, tuning, dropout, Vectors);
            Tensor recomputed = loss(pass.Output);
            return (recomputed.detach(), pass.Backward(Gradients.Of(recomputed, [pass.Output])[0]!, leaves));
        }

        Tensor found = loss(Vectors(model.Read(batch, tuning, dropout, states)));
        return (found.detach(), Gradients.Of(found, leaves));

        // [S, hidden] of what the head reads, [S, R hidden]. Its own dropout would turn vectors about.
        Tensor Vectors(Tensor read) =>
            UnitVectors.Of(((ClassificationHead)model.Head).Features(read, tuning, null).to_type(ScalarType.Float32));
    }
}
