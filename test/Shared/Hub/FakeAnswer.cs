using System.Net.Sockets;
using System.Text;

namespace Microsoft.ML.AdaMix.Testing;

/// <summary>What a hub answers, and how badly.</summary>
internal sealed record FakeAnswer(int Status, byte[]? Body = null)
{
    private readonly List<(string Name, string Value)> _headers = [];

    /// <summary>Bytes of the body after which the connection is cut.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the body never ends, and says no length.</summary>
    public bool IsEndless { get; init; }

    /// <summary>Whether nothing comes after the head, for as long as whoever asked waits.</summary>
    public bool Stalls { get; init; }

    /// <summary>How much of an endless body was taken.</summary>
    public long Taken { get; private set; }

    public FakeAnswer With(string name, string value)
    {
        _headers.Add((name, value));
        return this;
    }

    public async Task Send(NetworkStream stream, bool headOnly)
    {
        byte[] body = Body ?? [];
        string length = IsEndless ? string.Empty : $"Content-Length: {body.Length}\r\n";
        string headers = string.Concat(_headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {Status} Any\r\n{headers}{length}Connection: close\r\n\r\n"));
        if (headOnly)
        {
            return;
        }

        if (Stalls)
        {
            stream.ReadByte(); // until whoever asked goes away
            return;
        }

        await stream.WriteAsync(body.AsMemory(0, Math.Min(body.Length, CutAfter ?? body.Length)));
        while (IsEndless && Taken < 1L << 30)
        {
            await stream.WriteAsync(new byte[1 << 16]);
            Taken += 1 << 16;
        }
    }
}
