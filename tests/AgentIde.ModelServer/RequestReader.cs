using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AgentIde.ModelServer;

/// <summary>Reads one HTTP/1.1 request: by its length or in chunks.</summary>
internal static class RequestReader
{
    /// <returns>Null where the connection ended before a request did.</returns>
    public static async Task<ReceivedRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffered = new BufferedStream(stream, 64 * 1024);
        string? first = await LineAsync(buffered, cancellationToken);
        if (first?.Split(' ') is not [string method, string path, _])
        {
            return null;
        }
        var headers = ImmutableDictionary.CreateBuilder<string, string>();
        while (await LineAsync(buffered, cancellationToken) is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }
        using var body = new MemoryStream();
        if (headers.GetValueOrDefault("transfer-encoding") == "chunked")
        {
            while (await LineAsync(buffered, cancellationToken) is { } size && int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
            {
                await CopyAsync(buffered, body, length, cancellationToken);
                await LineAsync(buffered, cancellationToken);
            }
        }
        else
        {
            await CopyAsync(buffered, body, int.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture), cancellationToken);
        }
        return new ReceivedRequest(method, path, headers.ToImmutable(), Encoding.UTF8.GetString(body.ToArray()));
    }

    private static async Task CopyAsync(Stream from, Stream to, int length, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[length];
        await from.ReadExactlyAsync(bytes, cancellationToken);
        await to.WriteAsync(bytes, cancellationToken);
    }

    private static async Task<string?> LineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, cancellationToken) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }
            line.Append((char)one[0]);
        }
        return null;
    }
}
