using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>
/// Threads that compute independent parts side by side. On the CPU each has libtorch's operators for itself, so that no result depends on
/// how many threads there are.
/// </summary>
/// <remarks>
/// For one caller, whose own thread only waits and keeps its number of threads. Disposing it ends them. On a GPU the caller's thread does
/// the work.
/// </remarks>
internal sealed class OperatorThreads : IDisposable
{
    private static readonly Lock Opening = new();

    private readonly Thread[] _threads; // none on a GPU
    private readonly SemaphoreSlim _start = new(0);
    private readonly SemaphoreSlim _ended = new(0);
    private Work? _work;

    private OperatorThreads(int count)
    {
        _threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Compute) { IsBackground = true, Name = "AdaMix training" };
            _threads[i].Start();
        }

        for (int i = 0; i < count; i++)
        {
            _ended.Wait(); // each has set its number
        }
    }

    /// <summary>How many compute at once.</summary>
    public int Count => Math.Max(1, _threads.Length);

    /// <summary>As many as libtorch has for the caller, which are the processors unless the user says otherwise.</summary>
    /// <param name="device">Where the parts compute.</param>
    /// <param name="count">Another number.</param>
    public static OperatorThreads Open(Device device, int? count = null)
    {
        if (device.type != DeviceType.CPU)
        {
            return new OperatorThreads(0);
        }

        lock (Opening)
        {
            // A thread that is new to libtorch gets the number that was set last: the threads' own must not be it.
            int usual = get_num_threads();
            OperatorThreads threads = new(count ?? usual);
            set_num_threads(usual);
            return threads;
        }
    }

    /// <summary>Computes parts 0 up to and without a number, in any order, and returns when all are done.</summary>
    /// <param name="parts">How many.</param>
    /// <param name="compute">Computes one; called from several threads.</param>
    /// <param name="atOnce">Most at the same time.</param>
    /// <exception cref="Exception">What a part threw, of several the first one; parts not begun by then are left out.</exception>
    public void Run(int parts, Action<int> compute, int atOnce = int.MaxValue)
    {
        Work work = new(parts, compute);
        int threads = Math.Min(_threads.Length, Math.Min(parts, atOnce));
        if (_threads.Length == 0)
        {
            work.Compute();
        }
        else if (threads > 0)
        {
            _work = work;
            _start.Release(threads);
            for (int thread = 0; thread < threads; thread++)
            {
                _ended.Wait();
            }

            _work = null;
        }

        work.Error?.Throw();
    }

    /// <summary>Computes something as a whole, as a part is computed.</summary>
    public T Run<T>(Func<T> compute)
    {
        T result = default!;
        Run(1, _ => result = compute());
        return result;
    }

    public void Dispose()
    {
        _start.Release(Math.Max(1, _threads.Length)); // without work they end
        Array.ForEach(_threads, thread => thread.Join());
        _start.Dispose();
        _ended.Dispose();
    }

    private void Compute()
    {
        _ = get_num_threads(); // only a thread that libtorch knows keeps what is set
        set_num_threads(1);
        _ended.Release();
        while (true)
        {
            _start.Wait();
            if (_work is not { } work)
            {
                return;
            }

            work.Compute();
            _ended.Release();
        }
    }

    private sealed class Work(int parts, Action<int> compute)
    {
        private readonly Lock _failing = new();
        private int _next = -1;
        private int _failed = int.MaxValue;

        public ExceptionDispatchInfo? Error { get; private set; }

        public void Compute()
        {
            for (int part = Interlocked.Increment(ref _next); part < parts; part = Interlocked.Increment(ref _next))
            {
                try
                {
                    compute(part);
                }
#pragma warning disable CA1031 // Thrown again on the caller's thread.
                catch (Exception error)
#pragma warning restore CA1031
                {
                    Fail(part, ExceptionDispatchInfo.Capture(error));
                }
            }
        }

        private void Fail(int part, ExceptionDispatchInfo error)
        {
            lock (_failing)
            {
                if (part < _failed)
                {
                    _failed = part;
                    Error = error;
                }
            }

            Interlocked.Exchange(ref _next, parts); // nothing more begins
        }
    }
}
