namespace Microsoft.ML.AdaMix.Hub;

/// <summary>A repository of the hub and a revision of it, in one word: <c>hub:FacebookAI/roberta-base@main</c>.</summary>
/// <param name="Repository">Its name with its owner's.</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
internal sealed record HubAddress(string Repository, string Revision)
{
    public const string Prefix = "hub:";
    public const string DefaultRevision = "main";
    private const int CommitLength = 40;
    private const int LongestName = 96;
    private const int LongestRevision = 255;

    /// <summary>Whether a name is of this form, rather than a folder's.</summary>
    public static bool Is(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes such a name apart.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static HubAddress Parse(string name)
    {
        string[] parts = name[Prefix.Length..].Split('@', 2);
        return Of(parts[0], parts.Length > 1 ? parts[1] : null);
    }

    /// <summary>Takes such a name apart, if it is one.</summary>
    public static HubAddress? TryParse(string name)
    {
        try
        {
            return Is(name) ? Parse(name) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <param name="repository">The repository.</param>
    /// <param name="revision">Its revision; null for the main branch.</param>
    /// <exception cref="ArgumentException">One of these is no such name.</exception>
    public static HubAddress Of(string repository, string? revision)
    {
        if (!IsRepository(repository))
        {
            throw new ArgumentException(
                $"'{repository}' is no name of a repository on the hub; expected is OWNER/NAME as its page has it, for example "
                + "FacebookAI/roberta-base.");
        }

        revision ??= DefaultRevision;
        return IsRevision(revision)
            ? new HubAddress(repository, revision)
            : throw new ArgumentException(
                $"'{revision}' is no revision of '{repository}'; expected is a branch, a tag or a commit, for example {DefaultRevision}.");
    }

    /// <summary>Whether the revision is a commit, which never changes.</summary>
    public bool IsCommit => Revision.Length == CommitLength && Revision.All(char.IsAsciiHexDigitLower);

    /// <summary>The same with another revision.</summary>
    public HubAddress At(string commit) => this with { Revision = commit };

    public override string ToString() => $"{Prefix}{Repository}@{Revision}";

    // It becomes a folder's name in the cache.
    private static bool IsRepository(string repository) =>
        repository.Split('/') is [_] or [_, _]
        && Array.TrueForAll(repository.Split('/'), part => part.Length is > 0 and <= LongestName && part[0] != '.' && part.All(
            letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        && !repository.Contains("--", StringComparison.Ordinal)
        && !repository.Contains("..", StringComparison.Ordinal)
        && !repository.EndsWith(".git", StringComparison.Ordinal);

    // It becomes the path of a file in the cache, as Git has it.
    private static bool IsRevision(string revision) =>
        revision.Length <= LongestRevision
        && revision.IndexOfAny(['\\', ':', '*', '?', '"', '<', '>', '|', '^', '~', ' ']) < 0
        && !revision.Any(char.IsControl)
        && !revision.Contains("..", StringComparison.Ordinal)
        && revision.Split('/').All(part => part is not ("" or ".") && !part.EndsWith('.'));
}
