using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using AgentIde.LanguageServer.Dap.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap;

/// <summary>
/// The protocol's envelope. Everything that happens in a session is put into one queue, in the order in which it came,
/// and is done one after the other; only whoever takes from the queue writes. A client that asks and never reads its
/// answers waits for itself.
/// </summary>
internal sealed class DapConnection : IDisposable
{
    /// <summary>Requests that wait to be answered, beyond which nothing more is read.</summary>
    private const int MostBacklog = 1_000;

    private readonly Channel<Func<Task>> _queue = Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Backlog _backlog = new(MostBacklog);
    private readonly Frames _frames;
    private readonly Action<string> _log;
    private int _seq;

    public DapConnection(Stream input, Stream output, Action<string> log)
    {
        _frames = new Frames(input, output, _backlog);
        _log = log;
    }

    /// <summary>Whether something came that is no frame, which ended the reading.</summary>
    public bool IsBroken { get; private set; }

    public ChannelReader<Func<Task>> Queue => _queue.Reader;

    /// <summary>Puts something into the queue.</summary>
    public void Post(Func<Task> work) => _queue.Writer.TryWrite(work);

    /// <summary>Puts the client's requests into the queue until it hangs up; then the queue ends.</summary>
    /// <param name="answer">What is to be sent for a request; throws where it can't be done.</param>
    public async Task ReadAsync(Func<ClientMessage, Task> answer, CancellationToken cancellationToken)
    {
        try
        {
            while (await _frames.ReadAsync(cancellationToken).ConfigureAwait(false) is { } body)
            {
                ClientMessage? message = Parse(body);
                if (message is not { Type: "request", Command: not null })
                {
                    continue;
                }

                _backlog.Enter();
                Post(async () =>
                {
                    try
                    {
                        await answer(message).ConfigureAwait(false);
                    }
                    finally
                    {
                        _backlog.Leave();
                    }
                });
            }
        }
        catch (Exception gone) when (gone is IOException or InvalidDataException or ObjectDisposedException or OperationCanceledException)
        {
            if (gone is InvalidDataException)
            {
                IsBroken = true;
                _log($"The connection to the debugger broke: {gone.Message}");
            }
        }
        finally
        {
            _queue.Writer.TryComplete();
        }
    }

    public Task AnswerAsync(ClientMessage request, object? body) =>
        SendAsync(new Response(++_seq, "response", request.Seq, true, request.Command!, null, body), DapJsonContext.Default.Response);

    public Task RefuseAsync(ClientMessage request, string why) => SendAsync(
        new Response(++_seq, "response", request.Seq, false, request.Command!, why, new ErrorBody(new Message(1, "{problem}", IsForPeople(request.Command!), new Dictionary<string, string> { ["problem"] = why }))),
        DapJsonContext.Default.Response);

    /// <summary>Of keys, whose answer is shown nowhere else; what is asked while a mouse moves must open no window.</summary>
    private static bool IsForPeople(string command) => command is "restartFrame" or "next" or "stepIn" or "stepOut" or "stepBack" or "continue" or "reverseContinue" or "pause" or "terminate";

    public Task TellAsync(string name, object? body = null) => SendAsync(new Event(++_seq, "event", name, body), DapJsonContext.Default.Event);

    /// <summary>Asks the client for something whose answer nobody waits for.</summary>
    public Task RequestAsync(string command, object arguments) => SendAsync(new AdapterRequest(++_seq, "request", command, arguments), DapJsonContext.Default.AdapterRequest);

    public void Dispose() => _backlog.Dispose();

    private async Task SendAsync<T>(T message, JsonTypeInfo<T> type)
    {
        try
        {
            await _frames.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(message, type), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The client has hung up: reading ends too, and with it the session.
            _queue.Writer.TryComplete();
        }
    }

    private ClientMessage? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, DapJsonContext.Default.ClientMessage);
        }
        catch (JsonException problem)
        {
            _log($"A message was passed by that is none of the protocol: {problem.Message}");
            return null;
        }
    }
}
