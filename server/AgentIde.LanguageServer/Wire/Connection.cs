using System.IO.Pipelines;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace AgentIde.LanguageServer.Wire;

/// <summary>
/// JSON-RPC with headers over two streams. Methods are registered one by one with a parameter object of a known type,
/// and every type on the wire comes from a source-generated context, so nothing is reflected over at start. Errors
/// become protocol errors here and nowhere else.
/// </summary>
internal sealed class Connection : JsonRpc
{
    /// <summary>The protocol's code for a request that failed for a reason a person can understand.</summary>
    private const JsonRpcErrorCode RequestFailed = (JsonRpcErrorCode)(-32803);

    /// <summary>Requests under way and messages to be sent, beyond which nothing more is read: no person asks so much at once.</summary>
    private const int MostBacklog = 1_000;

    private readonly CheckedFormatter _formatter;
    private readonly Backlog _backlog;
    private readonly JsonSerializerOptions _types;
    private readonly Action<string> _log;

    private Connection(CheckedMessages messages, CheckedFormatter formatter, Backlog backlog, JsonSerializerOptions types, Action<string> log) : base(messages)
    {
        _formatter = formatter;
        _backlog = backlog;
        _types = types;
        _log = log;
        TraceSource.Switch.Level = System.Diagnostics.SourceLevels.Off;
        ExceptionStrategy = ExceptionProcessing.CommonErrorData;
    }

    public static Connection Over(Stream input, Stream output, JsonSerializerContext types, Action<string> log)
    {
        CheckedFormatter formatter = new()
        {
            JsonSerializerOptions = types.Options,
        };
        Backlog backlog = new(MostBacklog);
        return new Connection(new CheckedMessages(PipeWriter.Create(output), PipeReader.Create(new FrameLimits(input, backlog)), formatter, log), formatter, backlog, types.Options, log);
    }

    /// <param name="answer">Takes its place in the order of requests before it returns.</param>
    public void OnRequest<TParams, TResult>(string method, Func<TParams, CancellationToken, Task<TResult>> answer) =>
        Add(method, new RequestEndpoint<TParams, TResult>(answer, _backlog), nameof(RequestEndpoint<,>.InvokeAsync));

    /// <param name="take">Takes its place in the order of requests before it returns.</param>
    /// <param name="unread">Is told of parameters that are none of the method's, in the same order.</param>
    public void OnNotification<TParams>(string method, Action<TParams> take, Action<JsonElement>? unread = null) =>
        Add(method, new NotificationEndpoint<TParams>(take, unread, _types, _log, method), nameof(NotificationEndpoint<>.Invoke));

    /// <summary>A request without parameters.</summary>
    public void OnRequest<TResult>(string method, Func<CancellationToken, Task<TResult>> answer) =>
        Add(method, new BareRequestEndpoint<TResult>(answer, _backlog), nameof(BareRequestEndpoint<>.InvokeAsync));

    /// <summary>A notification without parameters.</summary>
    public void OnNotification(string method, Action take) =>
        Add(method, new BareNotificationEndpoint(take), nameof(BareNotificationEndpoint.Invoke));

    public Task<TResult> AskAsync<TParams, TResult>(string method, TParams parameters, CancellationToken cancellationToken) where TParams : class =>
        InvokeWithParameterObjectAsync<TResult>(method, parameters, cancellationToken);

    /// <summary>A request without parameters.</summary>
    public Task<TResult> AskAsync<TResult>(string method, CancellationToken cancellationToken) =>
        InvokeCoreAsync<TResult>(CreateNewRequestId(), method, arguments: null, cancellationToken);

    public Task TellAsync<TParams>(string method, TParams parameters) where TParams : class =>
        NotifyWithParameterObjectAsync(method, parameters);

    /// <summary>Whether the peer answered a request with an error.</summary>
    public static bool IsRefusal(Exception error) => error is RemoteInvocationException or RemoteMethodNotFoundException;

    /// <summary>Whether there will be no answer: the connection has ended, or the request was cancelled.</summary>
    public static bool HasEnded(Exception error) => error is ConnectionLostException or ObjectDisposedException or OperationCanceledException;

    /// <summary>Parameters that a method has none of are left out: an empty list of them is something else to the protocol.</summary>
    protected override async ValueTask SendAsync(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        if (message is JsonRpcRequest { ArgumentsList.Count: 0 } request)
        {
            request.Arguments = null;
        }

        if (message is JsonRpcRequest { IsResponseExpected: true } asked)
        {
            _formatter.Asked(asked.RequestId);
        }

        _backlog.Enter();
        try
        {
            await base.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _backlog.Leave();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _backlog.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override JsonRpcError.ErrorDetail CreateErrorDetails(JsonRpcRequest request, Exception exception)
    {
        Exception error = exception is TargetInvocationException { InnerException: { } inner } ? inner : exception;
        (JsonRpcErrorCode code, string message) = error switch
        {
            OperationCanceledException => (JsonRpcErrorCode.RequestCanceled, "Cancelled."),
            RequestFailedException or RunNotStartedException or TaskNotCreatedException or PullRequestFailedException or RunStoreException => (RequestFailed, error.Message),
            ShuttingDownException => (JsonRpcErrorCode.InvalidRequest, error.Message),
            NotInitializedException => ((JsonRpcErrorCode)(-32002), error.Message),
            JsonException or FormatException => (JsonRpcErrorCode.InvalidParams, error.Message),
            _ => (JsonRpcErrorCode.InternalError, $"{request.Method} failed: {error.Message}"),
        };
        if (code == JsonRpcErrorCode.InternalError)
        {
            _log($"{request.Method} failed: {error}");
        }

        return new JsonRpcError.ErrorDetail
        {
            Code = code,
            Message = message,
            Data = error is TaskNotCreatedException { Candidates.IsEmpty: false } unclear ? new TaskProblemData(unclear.Candidates) : null,
        };
    }

    private void Add(string method, object endpoint, string name)
    {
        MethodInfo target = endpoint.GetType().GetMethod(name) ?? throw new MissingMethodException(endpoint.GetType().Name, name);
        AddLocalRpcMethod(target, endpoint, new JsonRpcMethodAttribute(method) { UseSingleObjectParameterDeserialization = true });
    }

    /// <summary>The answer has its place in the order of requests before anything is awaited.</summary>
    private static async Task<TResult> CountedAsync<TResult>(Backlog backlog, Func<Task<TResult>> answer)
    {
        backlog.Enter();
        try
        {
            return await answer().ConfigureAwait(false);
        }
        finally
        {
            backlog.Leave();
        }
    }

    private sealed class RequestEndpoint<TParams, TResult>(Func<TParams, CancellationToken, Task<TResult>> answer, Backlog backlog)
    {
        public Task<TResult> InvokeAsync(TParams parameters, CancellationToken cancellationToken) => CountedAsync(backlog, () => answer(parameters, cancellationToken));
    }

    private sealed class BareRequestEndpoint<TResult>(Func<CancellationToken, Task<TResult>> answer, Backlog backlog)
    {
        public Task<TResult> InvokeAsync(CancellationToken cancellationToken) => CountedAsync(backlog, () => answer(cancellationToken));
    }

    private sealed class BareNotificationEndpoint(Action take)
    {
        public void Invoke() => take();
    }

    private sealed class NotificationEndpoint<TParams>(Action<TParams> take, Action<JsonElement>? unread, JsonSerializerOptions types, Action<string> log, string method)
    {
        private readonly JsonTypeInfo<TParams> _type = (JsonTypeInfo<TParams>)types.GetTypeInfo(typeof(TParams));

        public void Invoke(JsonElement parameters)
        {
            try
            {
                // One parameter by its place is the same as the one by itself.
                parameters = parameters.ValueKind == JsonValueKind.Array && parameters.GetArrayLength() == 1 ? parameters[0] : parameters;
                TParams read;
                try
                {
                    read = parameters.Deserialize(_type) ?? throw new JsonException("The parameters are null.");
                }
                catch (JsonException)
                {
                    unread?.Invoke(parameters);
                    throw;
                }

                take(read);
            }
#pragma warning disable CA1031 // A notification has no answer to carry its failure: the log is where it is told.
            catch (Exception error)
            {
                log($"{method} failed: {error.Message}");
            }
#pragma warning restore CA1031
        }
    }
}
