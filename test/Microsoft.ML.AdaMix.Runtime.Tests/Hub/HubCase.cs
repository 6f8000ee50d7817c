using System.Collections.Concurrent;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>A hub, a cache, and somebody who fetches and whose waits take no time.</summary>
internal sealed class HubCase : IDisposable
{
    public FakeHub Server { get; } = FakeHub.WithEncoder();

    public TemporaryFolder Cache { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<HubProgress> Reports { get; } = new();

    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public DateTimeOffset Now { get; } = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);

    public string? Token { get; init; }

    public bool Offline { get; set; }

    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Another address than the server's.</summary>
    public string? Endpoint { get; set; }

    public string Blobs => Path.Combine(Cache.Path, "models--owner--name", "blobs");

    public string Snapshot(string commit = FakeHub.Commit) => Path.Combine(Cache.Path, "models--owner--name", "snapshots", commit);

    public Task<HubSnapshot> Fetch(string? revision = null, CancellationToken cancellation = default) => new HubEncoders(
        HubSettings.Find(
            new HubOptions { CacheFolder = Cache.Path, Endpoint = Endpoint ?? Server.Address, Token = Token ?? "", Offline = Offline },
            _ => null) with
        {
            DataTimeout = DataTimeout,
        },
        new HubOptions { Warn = Warnings.Enqueue, Progress = new Listener(Reports.Enqueue) },
        new HubClock(() => Now, (wait, token) =>
        {
            token.ThrowIfCancellationRequested();
            Waits.Enqueue(wait);
            return Task.CompletedTask;
        })).Fetch(HubAddress.Of("owner/name", revision), cancellation);

    /// <summary>The error that a fetch ends in.</summary>
    public Task<HubException> Fail(string? revision = null) => Assert.ThrowsExactlyAsync<HubException>(() => Fetch(revision));

    public void Dispose()
    {
        Server.Dispose();
        Cache.Dispose();
    }

    private sealed class Listener(Action<HubProgress> told) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => told(value);
    }
}
