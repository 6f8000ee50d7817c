using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>
/// Latency of one row in both precisions, against ONNX Runtime on the plain encoder's exported graph and against libtorch, in the same run.
/// </summary>
internal static class ServingBenchmark
{
    public static IEnumerable<LatencyFigures> OneRow(LoadedEncoder encoder, int rounds)
    {
        TunedModel plain = ServingModels.Plain(encoder);
        TunedModel merged = ServingModels.WithAdapters(encoder);
        using Yardstick yardstick = new(plain);
        using IModelSession float32 = ModelSessions.Open(merged, ServingPrecision.Float32);
        using IModelSession float32Plain = ModelSessions.Open(plain, ServingPrecision.Float32);
        using IModelSession int8 = ModelSessions.Open(merged, ServingPrecision.Int8);
        using IModelSession int8Plain = ModelSessions.Open(plain, ServingPrecision.Int8);
        using LibTorchModel torch = new(encoder);
        foreach (int length in (int[])[8, 32, 128])
        {
            TokenIds row = new([.. Enumerable.Range(0, length).Select(t => 10 + (t % 100))], length);
            float[] logits = new float[ServingModels.Outputs];
            yardstick.Check(float32Plain, row);
            double[] seconds = Medians.OfShort(
                rounds,
                () => yardstick.Score(row),
                () => float32.Score([row], logits, []),
                () => float32Plain.Score([row], logits, []),
                () => int8.Score([row], logits, []),
                () => int8Plain.Score([row], logits, []));

            // Apart: what runs after libtorch is slower for a while.
            double libTorch = Medians.OfShort(rounds / 2, () => torch.Score([row]))[0] * 1e3;
            double[] milliseconds = Array.ConvertAll(seconds, value => value * 1e3);
            yield return new LatencyFigures(
                encoder.Name, length, milliseconds[0], libTorch,
                new PrecisionFigures(milliseconds[1], seconds[1] / seconds[0], (seconds[1] / seconds[2]) - 1),
                new PrecisionFigures(milliseconds[3], seconds[3] / seconds[0], (seconds[3] / seconds[4]) - 1));
        }
    }
}

/// <param name="Encoder">What predicts.</param>
/// <param name="Tokens">Of the row.</param>
/// <param name="YardstickMilliseconds">Of ONNX Runtime on the exported graph with default settings.</param>
/// <param name="LibTorchMilliseconds">Of the training side's merged model, float32.</param>
/// <param name="Float32">Of the merged model.</param>
/// <param name="Int8">Of the merged model.</param>
internal sealed record LatencyFigures(
    string Encoder, int Tokens, double YardstickMilliseconds, double LibTorchMilliseconds, PrecisionFigures Float32, PrecisionFigures Int8);

/// <param name="Milliseconds">Of the merged model.</param>
/// <param name="Ratio">That over the yardstick's.</param>
/// <param name="AdapterOverhead">What the adapters add: 0.05 is five per cent.</param>
internal sealed record PrecisionFigures(double Milliseconds, double Ratio, double AdapterOverhead);
