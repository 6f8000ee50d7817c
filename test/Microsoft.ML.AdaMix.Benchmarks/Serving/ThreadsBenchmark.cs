using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>Rows a second of several threads that score on one model, a row at a time.</summary>
internal static class ThreadsBenchmark
{
    private const int Threads = 8;
    private const int RowsAThread = 6;

    public static ThreadsFigures Measure(LoadedEncoder encoder, Texts texts, int rounds)
    {
        TunedModel plain = ServingModels.Plain(encoder);
        TunedModel merged = ServingModels.WithAdapters(encoder);
        TokenIds[] rows = texts.Encode(encoder, Threads * RowsAThread);
        using Yardstick yardstick = new(plain);
        using IModelSession float32 = ModelSessions.Open(merged, ServingPrecision.Float32);
        using IModelSession int8 = ModelSessions.Open(merged, ServingPrecision.Int8);
        double[] seconds = Medians.Of(
            rounds,
            () => OnThreads(row => yardstick.Score(row)),
            () => OnThreads(row => float32.Score([row], new float[ServingModels.Outputs], [])),
            () => OnThreads(row => int8.Score([row], new float[ServingModels.Outputs], [])));
        double[] rates = Array.ConvertAll(seconds, value => rows.Length / value);
        return new ThreadsFigures(encoder.Name, Threads, rates[0], rates[1], rates[2]);

        void OnThreads(Action<TokenIds> score)
        {
            Thread[] threads = [.. rows.Chunk(RowsAThread).Select(part => new Thread(() => Array.ForEach(part, score)))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
        }
    }
}

/// <param name="Encoder">What predicts.</param>
/// <param name="Threads">How many score at once.</param>
/// <param name="YardstickRowsPerSecond">Of ONNX Runtime on the exported graph with default settings.</param>
/// <param name="Float32RowsPerSecond">Of the merged model.</param>
/// <param name="Int8RowsPerSecond">Of the merged model.</param>
internal sealed record ThreadsFigures(
    string Encoder, int Threads, double YardstickRowsPerSecond, double Float32RowsPerSecond, double Int8RowsPerSecond);
