using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>Latency of one row, against ONNX Runtime on the plain encoder's graph with default settings in the same run.</summary>
internal static class ServingBenchmark
{
    private const int Outputs = 2;
    private const int Bottleneck = 16;

    public static IEnumerable<LatencyFigures> OneRow(LoadedEncoder encoder, int rounds)
    {
        MergedModel plain = new(encoder, EncoderEdits.None, Head(encoder.Config), new TextInput(128, SpecialTokensInText: false));
        MergedModel merged = plain with { Edits = new EncoderEdits { Adapters = Adapters(encoder.Config) } };
        using MemoryStream stream = new();
        OnnxWriter.Write(EncoderGraph.Build(plain, embedEncoder: true), stream);
        using InferenceSession yardstick = new(stream.ToArray());
        using IModelSession session = ModelSessions.Open(merged);
        using IModelSession withoutAdapters = ModelSessions.Open(plain);
        foreach (int length in (int[])[8, 32, 128])
        {
            TokenIds row = new([.. Enumerable.Range(0, length).Select(t => 10 + (t % 100))], length);
            float[] logits = new float[Outputs];
            double[] seconds = Medians.Of(rounds, () => Run(yardstick, row), () => session.Score([row], logits, []), () => withoutAdapters.Score([row], logits, []));
            yield return new LatencyFigures(encoder.Name, length, seconds[1] * 1e3, seconds[0] * 1e3, seconds[1] / seconds[0], seconds[1] / seconds[2]);
        }
    }

    private static void Run(InferenceSession session, TokenIds row)
    {
        long[] shape = [1, row.Length];
        using OrtValue ids = OrtValue.CreateTensorValueFromMemory(row.Ids.Select(id => (long)id).ToArray(), shape);
        using OrtValue mask = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, row.Length).ToArray(), shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, [EncoderGraph.InputIds, EncoderGraph.AttentionMask], [ids, mask], [EncoderGraph.Logits]);
    }

    private static HeadWeights Head(EncoderConfig config) => new(
        Random([config.HiddenSize, config.HiddenSize]), Random([config.HiddenSize]), Random([Outputs, config.HiddenSize]), Random([Outputs]));

    private static AdapterWeights[] Adapters(EncoderConfig config) => [.. Enumerable.Range(0, config.Layers).Select(layer => new AdapterWeights(
        EncoderTensors.Layer(layer) + "output", AdapterInput.Output,
        Random([Bottleneck, config.HiddenSize]), Random([Bottleneck]), Random([config.HiddenSize, Bottleneck]), Random([config.HiddenSize]), Activation.Gelu))];

    private static HostTensor Random(int[] shape)
    {
        Random random = new(1);
        return HostTensor.Create(shape, StorageType.Float32, values =>
        {
            foreach (ref float value in values.Span)
            {
                value = (random.NextSingle() - 0.5f) * 0.07f;
            }
        });
    }
}

/// <param name="Encoder">What predicts.</param>
/// <param name="Tokens">Of the row.</param>
/// <param name="Milliseconds">Of the merged model.</param>
/// <param name="YardstickMilliseconds">Of ONNX Runtime on the plain graph with default settings.</param>
/// <param name="Ratio">The first over the second.</param>
/// <param name="AdapterOverhead">The merged model over the same session without adapters.</param>
internal sealed record LatencyFigures(string Encoder, int Tokens, double Milliseconds, double YardstickMilliseconds, double Ratio, double AdapterOverhead);
