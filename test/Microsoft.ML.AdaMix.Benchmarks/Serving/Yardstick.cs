using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>ONNX Runtime with default settings on the plain encoder's exported graph, float32.</summary>
internal sealed class Yardstick(TunedModel plain) : IDisposable
{
    private readonly InferenceSession _session = new(PlainExport.ToBytes(plain));

    public float[] Score(TokenIds row)
    {
        long[] shape = [1, row.Length];
        using OrtValue ids = OrtValue.CreateTensorValueFromMemory(row.Ids.Select(id => (long)id).ToArray(), shape);
        using OrtValue mask = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, row.Length).ToArray(), shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(
            options, [EncoderGraph.InputIds, EncoderGraph.AttentionMask], [ids, mask], [EncoderGraph.Logits]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose() => _session.Dispose();
}
