using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>ONNX Runtime with default settings on the plain encoder's exported graph, float32.</summary>
internal sealed class Yardstick(TunedModel plain) : IDisposable
{
    private readonly InferenceSession _session = new(PlainExport.ToBytes(plain));

    /// <param name="rows">One batch; each is padded to the longest.</param>
    public float[] Score(params TokenIds[] rows)
    {
        using PaddedBatch batch = PaddedBatch.From(rows, plain.Encoder.Config, positionsTaken: 0);
        OrtValue[] inputs = Array.ConvertAll(batch.Inputs, input => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, input.AsMemory(0, batch.Rows * batch.Width), [batch.Rows, batch.Width]));
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(
            options, EncoderGraph.InputNames(plain.Encoder.Config), inputs, [EncoderGraph.Logits]);
        Array.ForEach(inputs, input => input.Dispose());
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Makes sure that it computes what the library does; otherwise it would measure nothing.</summary>
    public void Check(IModelSession session, params TokenIds[] rows)
    {
        float[] expected = Score(rows);
        float[] found = new float[expected.Length];
        session.Score(rows, found, []);
        if (expected.Zip(found).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-4f))
        {
            throw new InvalidOperationException(
                $"The exported graph gives {string.Join(", ", expected)} where the library gives {string.Join(", ", found)}.");
        }
    }

    public void Dispose() => _session.Dispose();
}
