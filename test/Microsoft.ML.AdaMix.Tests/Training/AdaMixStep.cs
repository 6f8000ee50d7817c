using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

/// <summary>The step of an AdaMix file of the reference numbers: two passes with the file's routes, losses, and all gradients.</summary>
/// <param name="Values">Logits, losses and gradients, under the file's names.</param>
/// <param name="Parameters">How many tensors are trained.</param>
/// <param name="WithoutGradient">Those that neither pass used.</param>
internal sealed record AdaMixStep(IReadOnlyList<ParityValue> Values, int Parameters, IReadOnlyList<string> WithoutGradient)
{
    public static AdaMixStep Compute(string family, string file, ModelPlace? place = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Golden golden = new(family, file);
        Golden inputs = new(family, "base.safetensors");
        using ReferenceModel model = ReferenceModel.AdaMix(family, file, golden, place);
        Device device = model.Classifier.Encoder.Device;
        EncoderBatch batch = model.Batch(inputs);
        Queue<Route[]> routes = new([Routes(golden.Integers("route/pass1")), Routes(golden.Integers("route/pass2"))]);
        using FlatParameters flat = new(model.Classifier.Parameters, model.Classifier.Encoder.States);
        Tensor logits1 = model.Routed(batch, routes.Dequeue()).to_type(ScalarType.Float32);
        Tensor logits2 = model.Routed(batch, routes.Dequeue()).to_type(ScalarType.Float32);
        StepLosses losses = golden.Has("in/labels")
            ? Objective.Compute(
                new RegressionTask(), logits1, logits2, tensor(golden.Floats("in/labels")).unsqueeze(-1).to(device), null, 1)
            : Objective.Compute(
                new ClassificationTask(golden.Shape("out/logits_pass1")[1], 0), logits1, logits2,
                Labels(inputs.Integers("in/labels")).to(device), null, 1);
        logits1.retain_grad();
        logits2.retain_grad();
        losses.Total.backward();

        ParityValue Value(string name, float[] actual) => new(name, golden.Floats(name), actual);
        List<ParityValue> values =
        [
            Value("out/logits_pass1", logits1.ToArray()),
            Value("out/logits_pass2", logits2.ToArray()),
            Value("out/supervised_loss", losses.Supervised.ToArray()),
            Value("out/consistency_loss", losses.Consistency!.ToArray()),
            Value("out/total_loss", losses.Total.ToArray()),
            Value("grad_logits/pass1", logits1.grad!.ToArray()),
            Value("grad_logits/pass2", logits2.grad!.ToArray()),
        ];
        Dictionary<string, TrainableParameter> parameters = model.Classifier.Parameters.ToDictionary(
            parameter => parameter.Name, StringComparer.Ordinal);
        foreach (string name in golden.Names.Where(name => name.StartsWith("grad/", StringComparison.Ordinal)))
        {
            TrainableParameter parameter = parameters[model.OwnName(name["grad/".Length..])];
            values.Add(Value(name, parameter.Value.grad?.ToArray() ?? new float[parameter.Value.numel()]));
        }

        return new AdaMixStep(values, parameters.Count, [.. parameters.Values.Where(parameter => parameter.Value.grad is null)
            .Select(parameter => parameter.Name).Order(StringComparer.Ordinal)]);
    }

    // float32 [B, 1], as training holds class indices
    private static Tensor Labels(long[] labels) => tensor(labels).to_type(ScalarType.Float32).unsqueeze(-1);

    private static Route[] Routes(long[] values) => [.. values.Chunk(2).Select(pair => new Route((int)pair[0], (int)pair[1]))];
}
