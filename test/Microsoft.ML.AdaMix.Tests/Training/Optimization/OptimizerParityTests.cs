using System.Text.Json;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training.Optimization;

[TestClass]
public sealed class OptimizerParityTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("torch")]
    [DataRow("hf")]
    public void Several_steps_give_the_reference_losses_norms_and_parameters(string variant)
    {
        const string File = "train_trace.safetensors";
        using DisposeScope scope = NewDisposeScope();
        Golden golden = new("roberta", File);
        JsonElement trace = Golden.Describe("roberta/" + File)!.Value;
        using ReferenceModel model = ReferenceModel.AdaMix("roberta", File, golden);
        AdamWSettings settings = new(
            trace.GetProperty("betas")[0].GetDouble(),
            trace.GetProperty("betas")[1].GetDouble(),
            trace.GetProperty("eps").GetDouble(),
            trace.GetProperty("weight_decay").GetDouble(),
            variant == "hf" ? AdamWVariant.Transformers : AdamWVariant.PyTorch);
        int steps = trace.GetProperty("steps").GetInt32();
        LinearSchedule schedule = new(
            trace.GetProperty("peak_learning_rate").GetDouble(), trace.GetProperty("warmup_steps").GetInt32(), steps);
        using FlatParameters flat = new(model.Classifier.Parameters);
        using AdamW optimizer = new(flat, settings);
        ClassificationTask task = new(golden.Shape(variant + "/logits_merged_batch0")[1], 0);
        int batches = golden.Names.Count(name => name.StartsWith("in/", StringComparison.Ordinal)
            && name.EndsWith("/input_ids", StringComparison.Ordinal));
        List<float> losses = [];
        List<float> consistency = [];
        List<float> norms = [];
        for (int step = 0; step < steps; step++)
        {
            string prefix = FormattableString.Invariant($"in/{step % batches}/");
            EncoderBatch batch = ReferenceModel.Batch(golden, model.Loaded.Config, prefix);
            StepLosses result = Objective.Compute(
                task, model.Routed(batch, Routes(golden, step, 0)), model.Routed(batch, Routes(golden, step, 1)),
                tensor(golden.Integers(prefix + "labels")).to_type(ScalarType.Float32).unsqueeze(-1), null, 1);
            Tensor?[] gradients = Gradients.Of(result.Total, flat.Leaves());
            Tensor joined = flat.Join(gradients);
            losses.Add(result.Total.item<float>());
            consistency.Add(result.Consistency!.item<float>());
            norms.Add(GradientClipping.Clip(joined, trace.GetProperty("max_grad_norm").GetDouble()).item<float>());
            optimizer.Step(joined, Array.ConvertAll(gradients, gradient => gradient is not null), schedule.Rate(step));
        }

        Golden.AssertClose(Doubles(golden, "out/learning_rate"), [.. Enumerable.Range(0, steps).Select(step => (float)schedule.Rate(step))],
            1e-9, "learning rate");
        double largest = new[]
        {
            golden.AssertClose(variant + "/total_loss", [.. losses], 5e-5),
            golden.AssertClose(variant + "/consistency_loss", [.. consistency], 5e-5),
            golden.AssertClose(variant + "/grad_norm", [.. norms], 1e-4),
            golden.AssertClose(
                variant + "/logits_merged_batch0", Merged(model, ReferenceModel.Batch(golden, model.Loaded.Config, "in/0/")), 1e-4),
        }.Max();
        Dictionary<string, TrainableParameter> parameters = model.Classifier.Parameters.ToDictionary(
            parameter => parameter.Name, StringComparer.Ordinal);
        string final = variant + "/final/";
        foreach (string name in golden.Names.Where(name => name.StartsWith(final, StringComparison.Ordinal)))
        {
            largest = Math.Max(
                largest, golden.AssertClose(name, parameters[TensorNames.Canonical(name[final.Length..])].Value.ToArray(), 1e-4));
        }

        TestContext.WriteLine($"{variant}: largest difference {largest:g2}");
    }

    private static float[] Merged(ReferenceModel model, EncoderBatch batch)
    {
        using IDisposable gradients = no_grad();
        return model.Classifier.Merged(batch).ToArray();
    }

    // [step, pass, layer, (down, up)]
    private static Route[] Routes(Golden golden, int step, int pass)
    {
        int layers = golden.Shape("route/steps")[2];
        long[] all = golden.Integers("route/steps");
        return [.. Enumerable.Range(0, layers).Select(layer =>
        {
            int start = ((((step * 2) + pass) * layers) + layer) * 2;
            return new Route((int)all[start], (int)all[start + 1]);
        })];
    }

    private static float[] Doubles(Golden golden, string name) => golden.Doubles(name).Select(value => (float)value).ToArray();
}
