using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>One holder's right to use a model's session; ends by disposal or finalisation.</summary>
internal sealed class SessionLease : IModelSession
{
    private static readonly string[] LogitsOnly = [EncoderGraph.Logits];
    private static readonly string[] LogitsAndEmbedding = [EncoderGraph.Logits, EncoderGraph.Embedding];

    // A run on all threads takes larger ones, so that these wait for each other less often.
    private const int TokensOnAllThreads = 1024;
    private const int TokensOnOneThread = 256;

    private readonly NativeSession _session;
    private int _disposed;

    /// <param name="session">Already retained for this lease.</param>
    public SessionLease(NativeSession session) => _session = session;

#pragma warning disable MA0055 // A lease that was forgotten would hold the session for ever against those that are disposed.
    ~SessionLease() => Release();
#pragma warning restore MA0055

    public int Outputs => _session.Model.Head.Outputs;

    public int EmbeddingSize => _session.Model.Encoder.Config.HiddenSize;

    public int TokensPerBatch => _session.Use == SessionUse.Row ? TokensOnAllThreads : TokensOnOneThread;

    public int AtOnce => _session.Use == SessionUse.Row ? 1 : Environment.ProcessorCount;

    public void Score(ReadOnlySpan<TokenIds> rows, Span<float> logits, Span<float> embeddings, CancellationToken cancellation = default)
    {
        Retain();
        try
        {
            CheckSize(nameof(logits), logits.Length, rows.Length, Outputs);
            if (!embeddings.IsEmpty)
            {
                CheckSize(nameof(embeddings), embeddings.Length, rows.Length, EmbeddingSize);
            }

            using PaddedBatch batch = PaddedBatch.From(
                rows, _session.Model.Encoder.Config, _session.Model.Edits.PositionsTaken,
                _session.Model.Input.Template?.Masked);
            Run(batch, logits, embeddings, cancellation);
        }
        catch (Exception error) when (MemoryShortage.Is(error))
        {
            throw MemoryShortage.Named(
                $"to score {rows.Length} texts at once, the longest of {Longest(rows)} tokens",
                "Score fewer rows or views at a time, or give the process more memory.",
                error);
        }
        finally
        {
            _session.Release();
        }
    }

    public unsafe void ScoreEmbeddings(ReadOnlySpan<float> embeddings, Span<float> logits)
    {
        Retain();
        try
        {
            int rows = embeddings.Length / EmbeddingSize;
            CheckSize(nameof(embeddings), embeddings.Length, rows, EmbeddingSize);
            CheckSize(nameof(logits), logits.Length, rows, Outputs);
            fixed (float* read = embeddings, written = logits)
            {
                using OrtValue input = Floats(read, rows, EmbeddingSize);
                using OrtValue output = Floats(written, rows, Outputs);
                _session.RunHead(input, output);
            }
        }
        finally
        {
            _session.Release();
        }
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    // A run is a holder itself, so that a concurrent Dispose cannot take the session away below it.
    private void Retain() =>
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0 || !_session.TryRetain(), this);

    // All that the session consists of bears being freed again, should it have been finalised before.
    private void Release()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _session.Release();
        }
    }

    private static int Longest(ReadOnlySpan<TokenIds> rows)
    {
        int longest = 0;
        foreach (TokenIds row in rows)
        {
            longest = Math.Max(longest, row.Length);
        }

        return longest;
    }

    private unsafe void Run(PaddedBatch batch, Span<float> logits, Span<float> embeddings, CancellationToken cancellation)
    {
        OrtValue[] inputs = Array.ConvertAll(batch.Inputs, input => Integers(input, batch.Rows, batch.Width));
        try
        {
            fixed (float* logitsMemory = logits, embeddingsMemory = embeddings)
            {
                using OrtValue scores = Floats(logitsMemory, batch.Rows, Outputs);
                if (embeddings.IsEmpty)
                {
                    _session.Run(inputs, LogitsOnly, [scores], cancellation);
                }
                else
                {
                    using OrtValue vectors = Floats(embeddingsMemory, batch.Rows, EmbeddingSize);
                    _session.Run(inputs, LogitsAndEmbedding, [scores, vectors], cancellation);
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
