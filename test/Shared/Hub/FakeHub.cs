using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>A hub on this machine with one repository, which answers as the real one does, or as a test says.</summary>
internal sealed class FakeHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private volatile bool _isOver;

    public FakeHub()
    {
        _listener.Start();
        _ = Task.Run(Accept);
    }

    /// <summary>The repository.</summary>
    public string Repository { get; init; } = "owner/name";

    /// <summary>Which files lie in Git LFS, that is on <see cref="Store"/>.</summary>
    public Func<string, bool> IsLarge { get; init; } = name => name.EndsWith(".safetensors", StringComparison.Ordinal);

    /// <summary>The address of the store that large files are redirected to; null for this hub itself.</summary>
    public string? Store { get; set; }

    /// <summary>The commit that the branch main leads to.</summary>
    public string Main { get; set; } = Commit;

    /// <summary>What a test lets happen instead; null for the usual answer.</summary>
    public Func<FakeRequest, FakeAnswer?> Instead { get; set; } = _ => null;

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    /// <summary>Requests as "GET config.json", without those of the store.</summary>
    public string[] Asked => [.. Requests.Select(request => $"{request.Method} {request.File}")];

    public IDictionary<string, byte[]> Files => _files;

    /// <summary>A hub with the small encoder of this repository.</summary>
    public static FakeHub WithEncoder()
    {
        FakeHub hub = new();
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Reference.Repository, "test", "models", "encoder")))
        {
            hub.Files[Path.GetFileName(path)] = File.ReadAllBytes(path);
        }

        hub.Files["README.md"] = "not needed"u8.ToArray();
        hub.Files["pytorch_model.bin"] = "not needed"u8.ToArray();
        return hub;
    }

    /// <summary>What Git calls a content.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Git's names are SHA-1.")]
    public static string GitHash(byte[] content) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>What the hub knows a file's content by.</summary>
    public string Tag(string file) => IsLarge(file) ? Sha256(_files[file]) : GitHash(_files[file]);

    public FakeAnswer Usual(FakeRequest request)
    {
        string[] parts = request.Path.Trim('/').Split('/');
        if (parts is ["store", var hash])
        {
            return Content(request, _files.Values.Single(content => Sha256(content) == hash));
        }

        if (!request.Path.StartsWith($"/{Repository}/resolve/", StringComparison.Ordinal))
        {
            return new FakeAnswer(404).With("X-Error-Code", "RepoNotFound");
        }

        string revision = Uri.UnescapeDataString(parts[^2]);
        if (revision is not "main" and not Commit && revision != Main)
        {
            return new FakeAnswer(404).With("X-Error-Code", "RevisionNotFound");
        }

        string commit = revision == "main" ? Main : revision;
        if (!_files.TryGetValue(request.File, out byte[]? file))
        {
            return new FakeAnswer(404).With("X-Error-Code", "EntryNotFound").With("X-Repo-Commit", commit);
        }

        return IsLarge(request.File)
            ? new FakeAnswer(302).With("Location", $"{Store ?? Address}/store/{Sha256(file)}").With("X-Repo-Commit", commit)
                .With("X-Linked-Etag", $"\"{Sha256(file)}\"").With("X-Linked-Size", file.Length.ToString(CultureInfo.InvariantCulture))
            : Content(request, file).With("ETag", $"\"{GitHash(file)}\"").With("X-Repo-Commit", commit);
    }

    public static FakeAnswer Content(FakeRequest request, byte[] content) => request.From is { } from
        ? new FakeAnswer(206, content[from..]).With("Content-Range", $"bytes {from}-{content.Length - 1}/{content.Length}")
        : new FakeAnswer(200, content);

    public void Dispose()
    {
        _isOver = true;
        _listener.Stop();
    }

    private async Task Accept()
    {
        try
        {
            while (!_isOver)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => Answer(client));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end.
        }
    }

    private async Task Answer(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using NetworkStream stream = client.GetStream();
                FakeRequest? request = FakeRequest.Read(stream);
                if (request is not null)
                {
                    Requests.Enqueue(request);
                    await (Instead(request) ?? Usual(request)).Send(stream, request.Method == "HEAD");
                }
            }
            catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
            {
                // Whoever asked went away.
            }
        }
    }
}
