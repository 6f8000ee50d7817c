using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>What a hub was asked.</summary>
internal sealed record FakeRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The last part of the path.</summary>
    public string File => Uri.UnescapeDataString(Path[(Path.LastIndexOf('/') + 1)..]);

    public string? Token => Headers.GetValueOrDefault("authorization");

    /// <summary>The first byte that is asked for; null for all.</summary>
    public int? From => Headers.GetValueOrDefault("range") is { } range
        ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture)
        : null;

    public static FakeRequest? Read(Stream stream)
    {
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        if (reader.ReadLine()?.Split(' ') is not [var method, var path, ..])
        {
            return null;
        }

        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            string[] parts = line.Split(':', 2);
            headers[parts[0]] = parts[1].Trim();
        }

        return new FakeRequest(method, path, headers);
    }
}
