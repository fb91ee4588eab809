using System.Text.Json;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp;

/// <summary>One method of the protocol.</summary>
internal interface IHandler
{
    void Register(Connection connection, RequestQueue<ServerState> queue);
}

/// <summary>A notification that changes the state: serial, in arrival order. Before <c>initialize</c> there is none, as the protocol has it.</summary>
internal abstract class ChangeHandler<TParams>(string method) : IHandler
{
    public void Register(Connection connection, RequestQueue<ServerState> queue) => connection.OnNotification<TParams>(
        method,
        parameters => queue.Change(state => state.Client is null ? state : Change(state, parameters)),
        parameters => queue.Change(state => Unread(state, parameters)));

    protected abstract ServerState Change(ServerState state, TParams parameters);

    /// <summary>What is left to do where the parameters are none: the change has happened in the editor all the same.</summary>
    protected virtual ServerState Unread(ServerState state, JsonElement parameters) => state;
}

/// <summary>
/// A request that changes nothing: it reads a snapshot and runs beside others. What comes while the runs are read for
/// the first time waits for them, since nothing true can be said of runs before.
/// </summary>
internal abstract class AskHandler<TParams, TResult>(string method) : IHandler
{
    public void Register(Connection connection, RequestQueue<ServerState> queue) =>
        connection.OnRequest<TParams, TResult>(method, (parameters, cancellationToken) => queue.AskAsync(
            async (state, cancellation) =>
            {
                state.Expect();
                return await AnswerAsync(await Workspace.WithRunsAsync(state, queue, cancellation).ConfigureAwait(false), parameters, cancellation).ConfigureAwait(false);
            },
            cancellationToken));

    protected abstract Task<TResult> AnswerAsync(ServerState state, TParams parameters, CancellationToken cancellationToken);
}
