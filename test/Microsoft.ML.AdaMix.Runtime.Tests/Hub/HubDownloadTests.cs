using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Hub;

[TestClass]
public sealed class HubDownloadTests
{
    private const string Weights = "model.safetensors";

    [TestMethod]
    [DataRow(1)]
    [DataRow(3000)]
    [DataRow(38_919)]
    public async Task A_download_that_is_cut_again_and_again_goes_on_from_there(int bytes)
    {
        using HubCase hub = new();
        if (bytes == 1) // or it takes long
        {
            hub.Server.Files[Weights] = hub.Server.Files[Weights][..20];
        }

        hub.Server.Instead = request => IsStore(request) ? hub.Server.Usual(request) with { CutAfter = bytes } : null;

        await hub.Fetch();

        int length = hub.Server.Files[Weights].Length;
        CollectionAssert.AreEqual(hub.Server.Files[Weights], File.ReadAllBytes(Path.Combine(hub.Snapshot(), Weights)));
        Assert.AreEqual((length + bytes - 1) / bytes, hub.Server.Requests.Count(IsStore));
        Assert.IsEmpty(hub.Waits);
        Assert.IsFalse(Directory.EnumerateFiles(hub.Blobs, "*.incomplete").Any());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(13)]
    public async Task A_small_file_that_is_cut_once_is_whole_in_the_end(int cut)
    {
        using HubCase hub = new();
        bool isCut = false;
        hub.Server.Instead = request => request is { Method: "GET", File: "merges.txt" } && !isCut && (isCut = true)
            ? hub.Server.Usual(request) with { CutAfter = cut }
            : null;

        await hub.Fetch();

        CollectionAssert.AreEqual(hub.Server.Files["merges.txt"], File.ReadAllBytes(Path.Combine(hub.Snapshot(), "merges.txt")));
        Assert.HasCount(cut == 0 ? 1 : 0, hub.Waits, "where nothing came it is not asked again at once");
    }

    [TestMethod]
    public async Task A_later_process_goes_on_where_an_earlier_one_ended()
    {
        using HubCase hub = new();
        byte[] content = hub.Server.Files[Weights];
        hub.Cache.Write($"models--owner--name/blobs/{hub.Server.Tag(Weights)}.incomplete", content[..1000]);

        await hub.Fetch();

        Assert.AreEqual(1000, Assert.ContainsSingle(hub.Server.Requests.Where(IsStore)).From);
        Assert.AreEqual(1000, hub.Reports.First(report => report.File == Weights).Bytes);
        CollectionAssert.AreEqual(content, File.ReadAllBytes(Path.Combine(hub.Snapshot(), Weights)));
    }

    [TestMethod]
    [DataRow("ignored")]
    [DataRow("refused")]
    [DataRow("another")]
    public async Task A_server_that_cannot_go_on_sends_all_of_it(string range)
    {
        using HubCase hub = new();
        byte[] content = hub.Server.Files[Weights];
        hub.Cache.Write($"models--owner--name/blobs/{hub.Server.Tag(Weights)}.incomplete", content[..1000]);
        hub.Server.Instead = request => !IsStore(request) || request.From is null ? null : range switch
        {
            "ignored" => new FakeAnswer(200, content),
            "refused" => new FakeAnswer(416),
            _ => new FakeAnswer(206, content[7..]).With("Content-Range", $"bytes 7-{content.Length - 1}/{content.Length}"),
        };

        await hub.Fetch();

        CollectionAssert.AreEqual(content, File.ReadAllBytes(Path.Combine(hub.Snapshot(), Weights)));
    }

    [TestMethod]
    [DataRow(1000)]
    [DataRow(50_000)]
    [DataRow(38_920)]
    public async Task What_lies_there_of_something_else_is_fetched_anew(int length)
    {
        using HubCase hub = new();
        hub.Cache.Write($"models--owner--name/blobs/{hub.Server.Tag(Weights)}.incomplete", new byte[length]);

        await hub.Fetch();

        CollectionAssert.AreEqual(hub.Server.Files[Weights], File.ReadAllBytes(Path.Combine(hub.Snapshot(), Weights)));
    }

    [TestMethod]
    [DataRow(Weights)]
    [DataRow("vocab.json")]
    public async Task Content_with_another_hash_is_refused_and_nothing_of_it_stays(string file)
    {
        using HubCase hub = new();
        byte[] wrong = [.. hub.Server.Files[file]];
        wrong[^1] ^= 1;
        hub.Server.Instead = request => file == Weights ? (IsStore(request) ? FakeHub.Content(request, wrong) : null)
            : request.File == file && request.Method == "GET"
                ? FakeHub.Content(request, wrong).With("ETag", $"\"{hub.Server.Tag(file)}\"").With("X-Repo-Commit", FakeHub.Commit)
                : null;

        HubException error = await hub.Fail();

        StringAssert.Contains(error.Message, $"'{file}'", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, hub.Server.Tag(file), StringComparison.Ordinal);
        StringAssert.Contains(error.Message, file == Weights ? FakeHub.Sha256(wrong) : FakeHub.GitHash(wrong), StringComparison.Ordinal);
        Assert.IsFalse(File.Exists(Path.Combine(hub.Snapshot(), file)));
        Assert.IsFalse(File.Exists(Path.Combine(hub.Blobs, hub.Server.Tag(file))));
        hub.Server.Instead = _ => null;
        await hub.Fetch();
        CollectionAssert.AreEqual(hub.Server.Files[file], File.ReadAllBytes(Path.Combine(hub.Snapshot(), file)));
    }

    [TestMethod]
    public async Task The_token_goes_to_the_hub_and_stays_behind_where_it_leads_to_another_host()
    {
        using HubCase hub = new() { Token = "secret" };
        using FakeHub store = new() { Store = null };
        store.Files[Weights] = hub.Server.Files[Weights];
        hub.Server.Store = store.Address;

        await hub.Fetch();

        Assert.IsTrue(hub.Server.Requests.All(request => request.Token == "Bearer secret"));
        Assert.IsNull(Assert.ContainsSingle(store.Requests).Token);
    }

    [TestMethod]
    public async Task A_repository_that_was_renamed_is_followed_with_the_token()
    {
        using HubCase hub = new() { Token = "secret" };
        hub.Server.Instead = request => request.Path.StartsWith("/owner/name/", StringComparison.Ordinal)
                && !request.Path.Contains("new=1", StringComparison.Ordinal)
            ? new FakeAnswer(307).With("Location", $"{request.Path}?new=1")
            : hub.Server.Usual(request with { Path = request.Path.Split('?')[0] });

        await hub.Fetch();

        Assert.IsTrue(hub.Server.Requests.All(request => request.Token == "Bearer secret"));
        Assert.IsTrue(File.Exists(Path.Combine(hub.Snapshot(), Weights)));
    }

    [TestMethod]
    public async Task Redirects_in_a_circle_end()
    {
        using HubCase hub = new();
        hub.Server.Instead = request => new FakeAnswer(302).With("Location", request.Path);

        HubException error = await hub.Fail();

        StringAssert.Contains(error.Message, "circle", StringComparison.Ordinal);
        Assert.IsLessThan(20, hub.Server.Requests.Count);
    }

    [TestMethod]
    public async Task Of_a_body_without_end_no_more_is_taken_than_was_announced()
    {
        using HubCase hub = new();
        FakeAnswer? endless = null;
        hub.Server.Instead = request => IsStore(request) ? endless = new FakeAnswer(200) { IsEndless = true } : null;

        HubException error = await hub.Fail();

        StringAssert.Contains(error.Message, "has the hash", StringComparison.Ordinal);
        Assert.IsLessThan(1 << 29, endless!.Taken);
    }

    [TestMethod]
    public async Task A_body_that_stops_coming_is_given_up()
    {
        using HubCase hub = new() { DataTimeout = TimeSpan.FromMilliseconds(30) };
        hub.Server.Instead = request => IsStore(request) ? hub.Server.Usual(request) with { Stalls = true } : null;

        HubException error = await hub.Fail();

        StringAssert.Contains(error.Message, "nothing came for", StringComparison.Ordinal);
        Assert.HasCount(3, hub.Waits);
    }

    [TestMethod]
    public async Task A_hub_that_does_not_know_HEAD_is_asked_with_GET()
    {
        using HubCase hub = new();
        hub.Server.Instead = request => request.Method == "HEAD" ? new FakeAnswer(405) : null;

        await hub.Fetch();

        Assert.IsTrue(File.Exists(Path.Combine(hub.Snapshot(), Weights)));
    }

    [TestMethod]
    public async Task Two_at_once_download_each_file_once()
    {
        using HubCase hub = new();

        HubSnapshot[] snapshots = await Task.WhenAll(Task.Run(() => hub.Fetch()), Task.Run(() => hub.Fetch()));

        Assert.AreEqual(snapshots[0], snapshots[1]);
        foreach (string file in (string[])["config.json", "merges.txt", "vocab.json"])
        {
            Assert.AreEqual(1, hub.Server.Asked.Count(asked => asked == $"GET {file}"), file);
        }

        Assert.AreEqual(1, hub.Server.Requests.Count(IsStore));
    }

    [TestMethod]
    public async Task A_lock_that_another_process_holds_is_waited_for_and_that_is_said_once()
    {
        using HubCase hub = new();
        string path = Path.Combine(hub.Cache.Path, ".locks", "models--owner--name", $"{hub.Server.Tag(Weights)}.lock");
        using CancellationTokenSource stop = new();
        using (SharedLock.TryTake(path))
        {
            Task<HubSnapshot> fetching = Task.Run(() => hub.Fetch(cancellation: stop.Token), CancellationToken.None);
            while (hub.Waits.Count < 3)
            {
                await Task.Yield();
            }

            await stop.CancelAsync();
            await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => fetching);
        }

        StringAssert.Contains(Assert.ContainsSingle(hub.Warnings), $"Another process is downloading '{Weights}'", StringComparison.Ordinal);
        await hub.Fetch();
        Assert.IsTrue(File.Exists(path), "Python's locks stay too");
    }

    [TestMethod]
    public async Task What_has_arrived_stays_when_a_download_is_cancelled()
    {
        using HubCase hub = new();
        using CancellationTokenSource stop = new();
        hub.Server.Instead = request =>
        {
            if (!IsStore(request))
            {
                return null;
            }

            if (request.From > 0)
            {
                stop.Cancel();
                return new FakeAnswer(200) { Stalls = true };
            }

            return hub.Server.Usual(request) with { CutAfter = 500 };
        };

        await Assert.ThrowsAsync<OperationCanceledException>(() => hub.Fetch(cancellation: stop.Token));

        Assert.AreEqual(500, new FileInfo(Path.Combine(hub.Blobs, $"{hub.Server.Tag(Weights)}.incomplete")).Length);
    }

    [TestMethod]
    public async Task Where_there_can_be_no_links_the_files_themselves_are_in_the_snapshot()
    {
        using HubCase hub = new();
        using (FileSystem.Use(new FaultyDisk(0, Fault.NoPermission) { CanLink = false }))
        {
            await hub.Fetch();
            hub.Server.Main = new string('c', 40);
            await hub.Fetch();
        }

        string second = Path.Combine(hub.Snapshot(hub.Server.Main), Weights);
        Assert.IsNull(new FileInfo(second).LinkTarget);
        CollectionAssert.AreEqual(hub.Server.Files[Weights], File.ReadAllBytes(second));
    }

    [TestMethod]
    public Task Any_operation_on_the_disk_may_fail_or_be_the_last_and_the_next_fetch_brings_all() => FailEvery(steps: 11);

    [TestMethod]
    [TestCategory("Slow")]
    public Task Each_operation_on_the_disk_may_fail_or_be_the_last_and_the_next_fetch_brings_all() => FailEvery(steps: 1);

    // Each so many-th operation, from the first one on.
    private static async Task FailEvery(int steps)
    {
        using HubCase counted = new();
        FaultyDisk counting = new(0, Fault.Kill);
        using (FileSystem.Use(counting))
        {
            await counted.Fetch();
        }

        Assert.IsGreaterThan(30, counting.Count);
        foreach (Fault fault in (Fault[])[Fault.DiskFull, Fault.NoPermission, Fault.Kill])
        {
            for (int n = 1; n <= counting.Count; n += steps)
            {
                using HubCase hub = new();
                FaultyDisk disk = new(n, fault);
                using (FileSystem.Use(disk))
                {
                    try
                    {
                        await hub.Fetch();
                    }
                    catch (Exception error) when (error is KilledException || error.IsOf(fault))
                    {
                        // What remains is looked at below.
                    }
                }

                HubSnapshot snapshot = await hub.Fetch();
                foreach (string file in (string[])["config.json", "merges.txt", "vocab.json", Weights])
                {
                    CollectionAssert.AreEqual(
                        hub.Server.Files[file], File.ReadAllBytes(Path.Combine(snapshot.Folder, file)), $"{fault} at {n} ({disk.Hit})");
                }
            }
        }
    }

    private static bool IsStore(FakeRequest request) => request.Path.StartsWith("/store/", StringComparison.Ordinal);
}
