using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>
/// Threads that compute independent parts side by side. On the CPU each has libtorch's operators for itself, one thread an operator, so that
/// no result depends on how many threads there are.
/// </summary>
/// <remarks>
/// For one caller's thread, which works along. Disposing it ends the others and gives the caller's thread back what it had. On a GPU there
/// is the caller's thread alone.
/// </remarks>
internal sealed class OperatorThreads : IDisposable
{
    private static readonly Lock Counting = new();
    private static int _open;
    private static int _usual; // libtorch's number of threads while none of these is open

    private readonly bool _isCpu;
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _start = new(0);
    private readonly SemaphoreSlim _ended = new(0);
    private Work? _work;

    private OperatorThreads(bool isCpu, int count)
    {
        _isCpu = isCpu;
        Count = count;
        _helpers = new Thread[count - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = "AdaMix training" };
            _helpers[i].Start();
        }
    }

    /// <summary>How many, the caller's included.</summary>
    public int Count { get; }

    /// <summary>As many as libtorch has threads, which are the processors unless the user says otherwise; on a GPU one.</summary>
    /// <param name="device">Where the parts compute.</param>
    /// <param name="count">Another number, for tests.</param>
    public static OperatorThreads Open(Device device, int? count = null)
    {
        if (device.type != DeviceType.CPU)
        {
            return new OperatorThreads(isCpu: false, 1);
        }

        lock (Counting)
        {
            // libtorch gives a thread that is new to it the number that was set last.
            _usual = _open == 0 ? get_num_threads() : _usual;
            _open++;
            OperatorThreads threads = new(isCpu: true, count ?? _usual);
            set_num_threads(1);
            return threads;
        }
    }

    /// <summary>Computes parts 0 up to and without a number, in any order, and returns when all are done.</summary>
    /// <param name="parts">How many.</param>
    /// <param name="compute">Computes one; called from several threads.</param>
    /// <param name="atOnce">Most at the same time.</param>
    /// <exception cref="Exception">What the first part that failed threw, in the order of parts; those not begun by then are left.</exception>
    public void Run(int parts, Action<int> compute, int atOnce = int.MaxValue)
    {
        int helpers = Math.Min(_helpers.Length, Math.Min(parts, atOnce) - 1);
        Work work = new(parts, compute);
        _work = work;
        if (helpers > 0)
        {
            _start.Release(helpers);
        }

        work.Compute();
        for (int helper = 0; helper < helpers; helper++)
        {
            _ended.Wait();
        }

        _work = null;
        work.Error?.Throw();
    }

    public void Dispose()
    {
        if (_helpers.Length > 0)
        {
            _start.Release(_helpers.Length); // without work they end
            Array.ForEach(_helpers, helper => helper.Join());
        }

        _start.Dispose();
        _ended.Dispose();
        if (_isCpu)
        {
            lock (Counting)
            {
                _open--;
                set_num_threads(_usual);
            }
        }
    }

    private void Help()
    {
        set_num_threads(1);
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
