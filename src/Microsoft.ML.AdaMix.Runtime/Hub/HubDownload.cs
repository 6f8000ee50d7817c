using System.Globalization;
using System.Net;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>Brings files into the cache, whole and checked: one process at a time each, from where an earlier one was cut.</summary>
internal sealed class HubDownload(HubClient client, HubSettings settings, HubClock clock, HubOptions told)
{
    private const int Piece = 1 << 17;
    private const int BetweenReports = 1 << 20;
    private const int MostCuts = 10_000;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <summary>Lets a file of a commit be in the cache.</summary>
    /// <exception cref="HubException">It does not come, or what comes is not what the hub says it is.</exception>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written by this user.</exception>
    public async Task Fetch(HubFile file, HubCache cache, CancellationToken cancellation)
    {
        cache.CreateFolders();
        using IDisposable hold = await Lock(file, cache, cancellation);
        string commit = file.Address.Revision;
        if (cache.Has(commit, file.Name))
        {
            return; // another process was faster
        }

        string blob = cache.Blob(file.Tag);
        bool isNew = new FileInfo(blob) is not { Exists: true } there || there.Length != file.Size;
        if (isNew)
        {
            await Download(file, blob, cancellation);
        }

        cache.Link(commit, file.Name, file.Tag, isNew);
    }

    private async Task<IDisposable> Lock(HubFile file, HubCache cache, CancellationToken cancellation)
    {
        for (bool said = false; ; said = true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (cache.TryLock(file.Tag) is { } hold)
            {
                return hold;
            }

            if (!said)
            {
                told.Warn?.Invoke($"Another process is downloading '{file.Name}' of '{file.Address.Repository}'; waiting for it.");
            }

            await clock.Wait(BetweenLooks, cancellation);
        }
    }

    private async Task Download(HubFile file, string blob, CancellationToken cancellation)
    {
        using ResumableFile target = ResumableFile.Open(blob);
        TargetFolder.RequireSpace(
            Path.GetDirectoryName(blob)!, Math.Max(0, file.Size - target.Length), $"'{file.Name}' of '{file.Address.Repository}'");
        bool isContinued = target.Length > 0;
        await Receive(file, target, cancellation);
        if (Difference(file, target, cancellation) is not null && isContinued)
        {
            target.Restart(); // what lay there was of something else
            await Receive(file, target, cancellation);
        }

        if (Difference(file, target, cancellation) is { } difference)
        {
            target.Restart();
            throw new HubException($"{difference} Nothing of it is kept. Try again; if it stays so, ask who runs {settings.Endpoint}.");
        }

        target.Complete();
    }

    private string? Difference(HubFile file, ResumableFile target, CancellationToken cancellation)
    {
        if (!ContentHash.IsKnown(file.Tag))
        {
            told.Warn?.Invoke(
                $"'{file.Name}' of '{file.Address.Repository}' cannot be checked: its ETag '{file.Tag}' is no SHA-256 and no SHA-1.");
            return null;
        }

        string found = string.Empty;
        return target.Read(content => ContentHash.Fits(content, file.Size, file.Tag, out found, cancellation))
            ? null
            : $"What came for '{file.Name}' of '{file.Address.Repository}' has the hash {found}, and the hub announced {file.Tag}: it was "
            + "damaged or changed on the way.";
    }

    private async Task Receive(HubFile file, ResumableFile target, CancellationToken cancellation)
    {
        if (target.Length > file.Size)
        {
            target.Restart();
        }

        HubPatience patience = new(clock, HubPatience.Usual, said => told.Warn?.Invoke(said));
        Report(file, target);
        for (int cuts = 0; target.Length < file.Size; cuts++)
        {
            long before = target.Length;
            try
            {
                await ReceiveOnce(file, target, cancellation);
            }
            catch (HubException error) when (error.IsPassing && target.Length > before && cuts < MostCuts)
            {
                patience.Renew(); // cut on the way: go on at once
            }
            catch (HubException error)
            {
                await patience.Wait(error, cancellation);
            }
        }

        Report(file, target);
    }

    private async Task ReceiveOnce(HubFile file, ResumableFile target, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await client.Open(file, target.Length, cancellation);
        if (answer.StatusCode != HttpStatusCode.PartialContent || answer.Content.Headers.ContentRange?.From != target.Length)
        {
            if (target.Length > 0)
            {
                target.Restart(); // the whole file comes, or another part than was asked for
            }

            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new HubException(
                    $"The hub {settings.Endpoint} sends another part of '{file.Name}' than was asked for.", answer.StatusCode)
                {
                    IsPassing = true,
                };
            }
        }

        await using Stream content = await answer.Content.ReadAsStreamAsync(cancellation);
        byte[] piece = new byte[Piece];
        long reported = target.Length;
        while (target.Length < file.Size) // no more than that, whatever comes
        {
            int count = await Read(content, piece.AsMemory(0, (int)Math.Min(Piece, file.Size - target.Length)), file, cancellation);
            Append(file, target, piece, count);
            if (target.Length - reported >= BetweenReports)
            {
                Report(file, target);
                reported = target.Length;
            }
        }
    }

    private async Task<int> Read(Stream content, Memory<byte> piece, HubFile file, CancellationToken cancellation)
    {
        string what = $"broke off within '{file.Name}' of '{file.Address.Repository}'";
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(settings.DataTimeout);
        try
        {
            return await content.ReadAsync(piece, patience.Token) is > 0 and var count
                ? count
                : throw client.Broken(new EndOfStreamException("the content ends early"), what);
        }
        catch (Exception error) when (error is (IOException and not HubException) or HttpRequestException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            string seconds = settings.DataTimeout.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);
            throw client.Broken(
                patience.IsCancellationRequested ? new TimeoutException($"nothing came for {seconds} s") : error, what);
        }
    }

    private static void Append(HubFile file, ResumableFile target, byte[] piece, int count)
    {
        try
        {
            target.Append(piece, count);
        }
        catch (IOException error)
        {
            throw new IOException(
                $"'{file.Name}' of '{file.Address.Repository}' cannot be written into the cache: {error.Message.TrimEnd('.')}. What has "
                + "arrived stays; make room, or name another folder (HF_HUB_CACHE), and the next download goes on.",
                error);
        }
    }

    private void Report(HubFile file, ResumableFile target) =>
        told.Progress?.Report(new HubProgress(file.Address.Repository, file.Name, target.Length, file.Size));
}
