using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentIde.Sandbox.Tests;

/// <summary>A way to a real engine that hears what is asked, and can be cut like the engine's sudden death.</summary>
internal sealed partial class CutSocket : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly UnixDomainSocketEndPoint _target;

    internal CutSocket(string folder, Uri target)
    {
        _target = new UnixDomainSocketEndPoint(target.AbsolutePath);
        string path = Path.Combine(folder, "docker.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        Endpoint = new Uri($"unix://{path}");
        _ = AcceptAsync();
    }

    internal Uri Endpoint { get; }

    /// <summary>Each as <c>POST /containers/create?name=x</c>.</summary>
    internal IReadOnlyCollection<string> Requests => [.. _requests];

    /// <summary>Ends every connection, and takes no more.</summary>
    internal void Cut()
    {
        _listener.Dispose();
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }

    public void Dispose() => Cut();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync();
                Socket engine = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                _sockets.Add(client);
                _sockets.Add(engine);
                await engine.ConnectAsync(_target);
                _ = PassAsync(client, engine, Hear);
                _ = PassAsync(engine, client, _ => { });
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It was cut.
        }
    }

    private static async Task PassAsync(Socket from, Socket to, Action<ReadOnlyMemory<byte>> hear)
    {
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is int count and > 0)
            {
                hear(buffer.AsMemory(0, count));
                await to.SendAsync(buffer.AsMemory(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It was cut.
        }
    }

    private void Hear(ReadOnlyMemory<byte> piece)
    {
        foreach (Match request in Request().Matches(Encoding.Latin1.GetString(piece.Span)))
        {
            _requests.Enqueue($"{request.Groups[1].Value} {request.Groups[2].Value}");
        }
    }

    [GeneratedRegex("(GET|POST|DELETE|PUT|HEAD) (/\\S*) HTTP/1\\.1\r\n")]
    private static partial Regex Request();
}
