using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>One holder's right to use a model's session.</summary>
internal sealed class SessionLease : IModelSession
{
    private static readonly string[] LogitsOnly = [EncoderGraph.Logits];
    private static readonly string[] LogitsAndEmbedding = [EncoderGraph.Logits, EncoderGraph.Embedding];

    private readonly NativeSession _session;
    private int _disposed;

    /// <param name="session">Already retained for this lease.</param>
    public SessionLease(NativeSession session) => _session = session;

    public int Outputs => _session.Model.Head.Outputs;

    public int EmbeddingSize => _session.Model.Encoder.Config.HiddenSize;

    public void Score(ReadOnlySpan<TokenIds> rows, Span<float> logits, Span<float> embeddings)
    {
        // The run itself is a holder, so that a concurrent Dispose cannot take the session away below it.
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0 || !_session.TryRetain(), this);
        try
        {
            CheckSize(nameof(logits), logits.Length, rows.Length, Outputs);
            if (!embeddings.IsEmpty)
            {
                CheckSize(nameof(embeddings), embeddings.Length, rows.Length, EmbeddingSize);
            }

            using PaddedBatch batch = PaddedBatch.From(rows, _session.Model.Encoder.Config, _session.Model.Edits.PositionsTaken);
            Run(batch, logits, embeddings);
        }
        finally
        {
            _session.Release();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _session.Release();
        }
    }

    private unsafe void Run(PaddedBatch batch, Span<float> logits, Span<float> embeddings)
    {
        OrtValue[] inputs = Array.ConvertAll(batch.Inputs, input => Integers(input, batch.Rows, batch.Width));
        try
        {
            fixed (float* logitsMemory = logits, embeddingsMemory = embeddings)
            {
                using OrtValue scores = Floats(logitsMemory, batch.Rows, Outputs);
                if (embeddings.IsEmpty)
                {
                    _session.Run(inputs, LogitsOnly, [scores]);
                }
                else
                {
                    using OrtValue vectors = Floats(embeddingsMemory, batch.Rows, EmbeddingSize);
                    _session.Run(inputs, LogitsAndEmbedding, [scores, vectors]);
                }
            }
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
    }

    private static OrtValue Integers(long[] values, int rows, int width) => OrtValue.CreateTensorValueFromMemory(
        OrtMemoryInfo.DefaultInstance, values.AsMemory(0, rows * width), [rows, width]);

    private static unsafe OrtValue Floats(float* memory, int rows, int width) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [rows, width], (nint)memory, (long)rows * width * sizeof(float));

    private static void CheckSize(string name, int found, int rows, int width)
    {
        if (found != (long)rows * width)
        {
            throw new ArgumentException(
                $"'{name}' has room for {found} values; {Counts.Of(rows, "row")} of {width} need {(long)rows * width}.", name);
        }
    }
}
