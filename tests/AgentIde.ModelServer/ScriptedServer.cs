using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentIde.ModelServer;

/// <summary>
/// An HTTP server that answers as it is told to, byte by byte, on 127.0.0.1: it can stall, cut a connection in the middle
/// and send what is no protocol. One request a connection.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ReceivedRequest, WireAnswer> _respond;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = [];
    private readonly ConcurrentDictionary<Task, bool> _conversations = [];
    private readonly Task _accepting;

    /// <param name="respond">Called for each request, possibly at the same time.</param>
    /// <param name="port">0 takes a free one.</param>
    public ScriptedServer(Func<ReceivedRequest, WireAnswer> respond, int port = 0)
    {
        _respond = respond;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>One answer for each request in order; the last one for all that follow.</summary>
    public static ScriptedServer Of(params ImmutableArray<WireAnswer> answers)
    {
        int next = -1;
        return new ScriptedServer(_ => answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)]);
    }

    /// <summary>The same by whichever protocol is asked for.</summary>
    public static ScriptedServer Of(params ImmutableArray<CannedAnswer> answers) => new(Canned(answers));

    /// <summary>Answers by the protocol of each request; lists of models don't count.</summary>
    public static Func<ReceivedRequest, WireAnswer> Canned(ImmutableArray<CannedAnswer> answers)
    {
        int next = -1;
        return request => request.Method == "GET"
            ? Protocols.Models(request)
            : Protocols.Answer(request, answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)]);
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}/v1");

    /// <summary>All that came so far, in order.</summary>
    public ImmutableArray<ReceivedRequest> Requests => [.. _requests];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_conversations.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            _conversations.TryAdd(ConverseAsync(client), true);
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        await Task.Yield();
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                if (await RequestReader.ReadAsync(stream, _stop.Token) is { } request)
                {
                    _requests.Enqueue(request);
                    await SendAsync(client, stream, _respond(request));
                }
            }
            catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException)
            {
                // The client went, or the server is being disposed of.
            }
        }
    }

    private async Task SendAsync(TcpClient client, NetworkStream stream, WireAnswer answer)
    {
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} Status\r\nContent-Type: {answer.ContentType}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n");
        foreach ((string name, string value) in answer.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        foreach (WirePart part in answer.Parts)
        {
            switch (part)
            {
                case WirePart.Bytes { Value.Length: > 0 } bytes:
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"{bytes.Value.Length:x}\r\n"), _stop.Token);
                    await stream.WriteAsync(bytes.Value, _stop.Token);
                    await stream.WriteAsync("\r\n"u8.ToArray(), _stop.Token);
                    break;
                case WirePart.Stall:
                    await GoneAsync(stream);
                    return;
                case WirePart.Cut:
                    return;
            }
        }
        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _stop.Token);
        client.Client.Shutdown(SocketShutdown.Send);
        await GoneAsync(stream);
    }

    /// <summary>A client that has asked has no more to say, so the next that is read is its end.</summary>
    private async Task GoneAsync(NetworkStream stream)
    {
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) > 0)
        {
        }
    }
}
