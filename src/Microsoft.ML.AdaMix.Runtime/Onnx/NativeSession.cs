using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>One ONNX Runtime session of one merged model, shared by its leases.</summary>
internal sealed class NativeSession : SharedResource
{
    private static int _live;

    private readonly EncoderMemory _encoder;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly string[] _inputs;
    private readonly Lazy<InferenceSession> _head;
    private bool _opened;

    /// <param name="model">The model.</param>
    /// <param name="int8">Whether the encoder's matrices are int8.</param>
    /// <param name="use">What it is for.</param>
    public NativeSession(TunedModel model, bool int8, SessionUse use)
    {
        Model = model;
        Use = use;
        _inputs = EncoderGraph.InputNames(model.Encoder.Config);
        _encoder = EncoderMemory.Retain(model.Encoder);
        try
        {
            OnnxGraph graph = EncoderGraph.Build(model, embedEncoder: false, int8 ? _encoder.Quantized : null);
            using SessionOptions options = Options(use);
            _session = _encoder.Open(graph, options);
        }
        catch
        {
            _encoder.Release();
            throw;
        }

        _head = new(OpenHead);
        _opened = true;
        Interlocked.Increment(ref _live);
    }

#pragma warning disable MA0055 // Counts what was forgotten; the members free their native parts by their own finalisers.
    ~NativeSession() => Dispose(disposing: false);
#pragma warning restore MA0055

    /// <summary>Number of native sessions in this process that have not been freed.</summary>
    public static int Live => Volatile.Read(ref _live);

    public TunedModel Model { get; }

    public SessionUse Use { get; }

    /// <param name="inputs">Values in the order of <see cref="EncoderGraph.InputNames"/>.</param>
    /// <param name="outputNames">Which outputs to compute.</param>
    /// <param name="outputs">Where to write them.</param>
    /// <param name="cancellation">Stops it before the graph's next node.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(OrtValue[] inputs, string[] outputNames, OrtValue[] outputs, CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled)
        {
            _session.Run(_runOptions, _inputs, inputs, outputNames, outputs);
            return;
        }

        cancellation.ThrowIfCancellationRequested();
        using RunOptions options = new();
        using CancellationTokenRegistration stop = cancellation.UnsafeRegister(
            static run => ((RunOptions)run!).Terminate = true, options);
        try
        {
            _session.Run(options, _inputs, inputs, outputNames, outputs);
        }
        catch (OnnxRuntimeException error) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException("The scoring was cancelled.", error, cancellation);
        }
    }

    /// <summary>Computes <see cref="EncoderGraph.Logits"/> of <see cref="EncoderGraph.Embedding"/> by the head alone.</summary>
    /// <param name="embeddings">The input.</param>
    /// <param name="logits">Where to write the output.</param>
    public void RunHead(OrtValue embeddings, OrtValue logits) =>
        _head.Value.Run(_runOptions, [EncoderGraph.Embedding], [embeddings], [EncoderGraph.Logits], [logits]);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_head.IsValueCreated)
            {
                _head.Value.Dispose();
            }

            _session.Dispose();
            _runOptions.Dispose();
            _encoder.Release();
        }

        if (_opened)
        {
            _opened = false;
            Interlocked.Decrement(ref _live);
        }
    }

    private InferenceSession OpenHead()
    {
        using SessionOptions options = Options(SessionUse.Batches);
        return new InferenceSession(OnnxWriter.ToBytes(HeadNodes.Build(Model)), options);
    }

    private static SessionOptions Options(SessionUse use)
    {
        SessionOptions options = new()
        {
            // Batches have many shapes; remembering a memory plan for each costs memory and time.
            EnableMemoryPattern = false,
        };
        if (use == SessionUse.Batches)
        {
            options.IntraOpNumThreads = 1; // the caller's
            return options;
        }

        // Between two nodes a thread waits a few microseconds; one that sleeps then takes longer to wake than the node takes. ONNX
        // Runtime's default, a millisecond and more, burns three times the processor time of a lone small request and slows concurrent ones
        // down.
        options.AddSessionConfigEntry("session.intra_op.spin_duration_us", "100");
        return options;
    }
}
