using System.Globalization;

namespace Microsoft.ML.AdaMix.Hub;

/// <summary>What one answer says of a file.</summary>
/// <param name="Commit">The commit that has it.</param>
/// <param name="LinkedTag">The tag of what a redirect leads to.</param>
/// <param name="LinkedSize">Its size.</param>
/// <param name="Tag">The tag of the answer itself.</param>
/// <param name="Size">Its size.</param>
/// <param name="LeadsAway">Whether it is a redirect to another host.</param>
/// <param name="IsLast">Whether it is none.</param>
internal sealed record HubAnswer(
    string? Commit, string? LinkedTag, string? LinkedSize, string? Tag, long? Size, bool LeadsAway, bool IsLast);

/// <summary>Puts together what answer after answer says of a file. Of what the hub links to, the hub has the word.</summary>
internal sealed class HubFileDraft
{
    private const int LongestTag = 128;

    private string? _commit;
    private string? _tag;
    private long? _size;

    /// <summary>Takes note of an answer.</summary>
    /// <returns>Whether no further redirect has to be followed.</returns>
    public bool IsAnsweredBy(HubAnswer answer)
    {
        _commit ??= answer.Commit;
        _tag ??= answer.LinkedTag ?? (answer.IsLast || answer is { LeadsAway: true, Commit: not null } ? answer.Tag : null);
        _size ??= long.TryParse(answer.LinkedSize, NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size
            : answer.IsLast ? answer.Size : null;
        return _commit is not null && _tag is not null && _size is not null;
    }

    /// <summary>The file.</summary>
    /// <exception cref="HubException">Something is missing, or cannot be.</exception>
    public HubFile Complete(HubAddress address, string file, HubSettings settings)
    {
        string what = $"'{file}' of '{address.Repository}'";
        if (_commit is null || !HubCache.IsName(_commit))
        {
            throw new HubException(
                $"{settings.Endpoint} answers for {what} without a commit (X-Repo-Commit), so it is no hub, or a page stands before it "
                + "that asks for something. Check HF_ENDPOINT and the proxy.");
        }

        string? tag = _tag?.StartsWith("W/", StringComparison.Ordinal) == true ? _tag[2..] : _tag;
        tag = tag?.Trim('"');
        if (tag is null || !HubCache.IsName(tag, LongestTag))
        {
            throw new HubException(
                $"{settings.Endpoint} does not say of {what} what its content is known by: the ETag is "
                + $"{(tag is null ? "missing" : $"'{tag[..Math.Min(tag.Length, LongestTag)]}', which can be no file's name")}.");
        }

        return _size is { } size
            ? new HubFile(address.At(_commit), file, tag, size)
            : throw new HubException($"{settings.Endpoint} does not say how long {what} is (Content-Length), so it is not fetched.");
    }
}
