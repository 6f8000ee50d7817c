using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>Fetches encoders: of a repository the files that are read, from the cache as far as they are there.</summary>
/// <remarks>
/// Once the commit is known all is asked of that commit, so that files of two versions never come together; and what the cache says of a
/// commit, also that it has no such file, is not asked again.
/// </remarks>
internal sealed class HubEncoders(HubSettings settings, HubOptions told, HubClock clock)
{
    /// <summary>Lets an encoder's files be in the cache.</summary>
    /// <param name="address">The repository and its revision.</param>
    /// <param name="options">How; null as the environment variables say.</param>
    /// <param name="cancellation">Ends it early; what has arrived stays for the next time.</param>
    /// <exception cref="HubException">They cannot be had.</exception>
    /// <exception cref="InvalidDataException">The configuration is not one of an encoder that can be read.</exception>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    public static Task<HubSnapshot> Fetch(HubAddress address, HubOptions? options, CancellationToken cancellation) =>
        new HubEncoders(HubSettings.Find(options), options ?? new HubOptions(), HubClock.Real).Fetch(address, cancellation);

    /// <summary>The folder of a revision's files, as far as the cache knows them; nothing is asked. Null where it knows nothing.</summary>
    public static string? CachedFolder(HubAddress address)
    {
        HubCache cache = new(HubSettings.Find().CacheFolder, address);
        return cache.CommitOf(address) is { } commit ? cache.Snapshot(commit) : null;
    }

    /// <inheritdoc cref="Fetch(HubAddress, HubOptions?, CancellationToken)"/>
    public async Task<HubSnapshot> Fetch(HubAddress address, CancellationToken cancellation)
    {
        HubCache cache = new(settings.CacheFolder, address);
        HubCachedFiles cached = new(cache);
        string? commit = cache.CommitOf(address);
        string? missing = commit is null ? null : cached.Missing(commit);
        HubSnapshot? here = commit is not null && missing is null
            ? new HubSnapshot(address.At(commit), cache.Snapshot(commit))
            : null;
        string notHere = commit is null
            ? cache.Revisions() is { Count: > 0 } known
                ? $"the cache knows only {string.Join(", ", known.Select(Quoted.Of))} of it ({cache.Folder})"
                : $"the cache has nothing of it ({cache.Folder})"
            : $"of what the cache has of it, {missing} is missing ({cache.Snapshot(commit)})";
        if (settings.OfflineBy is not null || (here is not null && address.IsCommit && cached.AreAllKnown(address.Revision)))
        {
            return here ?? throw new HubException(
                $"'{address.Repository}' is not in the cache at revision '{address.Revision}': {notHere}. {settings.OfflineBy} says that "
                + "no connection is opened. Fetch it once with a connection.");
        }

        try
        {
            return await FetchNew(address, cache, isCached: here is not null, cancellation);
        }
        catch (HubException error) when (here is not null && !error.IsAbsence)
        {
            told.Warn?.Invoke($"{error.Message} What is in the cache is used: {here.Address}.");
            return here;
        }
        catch (HubException error) when (error.StatusCode is null && error.GetBaseException() is not HubException)
        {
            throw new HubException($"{error.Message} The cache was looked at too: {notHere}.", inner: error);
        }
    }

    private async Task<HubSnapshot> FetchNew(HubAddress address, HubCache cache, bool isCached, CancellationToken cancellation)
    {
        using HubClient client = new(settings, clock);
        int attempts = isCached ? 1 : HubPatience.Usual;
        HubFile config = (await Ask(client, attempts, address, HuggingFaceFolder.ConfigFile, isNeeded: true, cancellation))!;
        HubAddress at = config.Address;
        HubDownload download = new(client, settings, clock, told);
        await Fetch(config, HuggingFaceFolder.LargestConfig);
        RequireReadable(cache.Snapshot(at.Revision));

        foreach (string file in TokenizerFiles.Names)
        {
            await FetchIfThere(file, TokenizerFiles.LargestFile);
        }

        foreach (string file in HuggingFaceFolder.WeightNames)
        {
            bool isIndex = file.EndsWith(HuggingFaceFolder.IndexEnding, StringComparison.Ordinal);
            if (await FetchIfThere(file, isIndex ? ShardedFile.LargestIndex : long.MaxValue))
            {
                foreach (string shard in isIndex ? ShardedFile.Shards(Path.Combine(cache.Snapshot(at.Revision), file)) : [])
                {
                    await FetchIfThere(shard, long.MaxValue, isNeeded: true);
                }

                cache.NoteCommit(address, at.Revision);
                return new HubSnapshot(at, cache.Snapshot(at.Revision));
            }
        }

        throw new HubException(
            $"'{at.Repository}' has no weights that can be read at revision '{address.Revision}'; looked for "
            + $"{string.Join(", ", HuggingFaceFolder.WeightNames)}.");

        async Task<bool> FetchIfThere(string file, long most, bool isNeeded = false)
        {
            if (cache.Has(at.Revision, file))
            {
                return true;
            }

            if (!isNeeded && cache.IsAbsent(at.Revision, file))
            {
                return false;
            }

            if (await Ask(client, HubPatience.Usual, at, file, isNeeded, cancellation) is not { } found)
            {
                cache.NoteAbsence(at.Revision, file);
                return false;
            }

            await Fetch(found, most);
            return true;
        }

        async Task Fetch(HubFile file, long most)
        {
            if (file.Size > most)
            {
                throw new HubException(
                    $"'{file.Name}' of '{at.Repository}' has {file.Size} bytes; such a file has at most {most}. It is not fetched.");
            }

            if (!cache.Has(at.Revision, file.Name))
            {
                await download.Fetch(file with { Address = at }, cache, cancellation);
            }
        }
    }

    private Task<HubFile?> Ask(
        HubClient client, int attempts, HubAddress address, string file, bool isNeeded, CancellationToken cancellation) =>
        HubPatience.Try(
            clock, attempts, said => told.Warn?.Invoke(said), () => client.Describe(address, file, isNeeded, cancellation), cancellation);

    // An encoder that will not be read is refused before its weights come.
    private static void RequireReadable(string folder)
    {
        try
        {
            HuggingFaceFolder.ReadConfig(folder);
        }
        catch (FileNotFoundException)
        {
            // What else is looked at comes later.
        }
    }
}
