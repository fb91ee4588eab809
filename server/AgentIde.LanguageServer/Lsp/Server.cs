using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Actions;
using AgentIde.LanguageServer.Lsp.Chats;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Leaks;
using AgentIde.LanguageServer.Lsp.Lifecycle;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Lsp.Thoughts;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp;

/// <summary>One connection to an editor, put together: this list is all that the server does.</summary>
internal static class Server
{
    /// <summary>0 after <c>shutdown</c>, as the protocol wants it; 1 when the editor left without.</summary>
    public static async Task<int> RunAsync(Stream input, Stream output, LanguageServerOptions options)
    {
        TaskCompletionSource exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RequestQueue<ServerState> queue = new(new ServerState());
        using Connection connection = Connection.Over(input, output, ProtocolJsonContext.Default, options.Log);
        Editor editor = new(connection, queue);
        await using BackgroundWork background = new((what, error) => Tell(what, error, connection, editor, options));
        Workspace workspace = new(queue, background, options, message => background.Start("Telling", _ => editor.ShowAsync(ShowMessageParams.Error, message)));
        ThoughtBlame blames = new(() => workspace.Store, background.Stopping);
        StandingCode standing = new(() => workspace.Store);
        DiagnosticsPublisher diagnostics = new(queue, new Diagnostics(blames, standing), editor, options.Time, options.Log);
        RunNews news = new(queue, editor, workspace, background, options.Time);
        OpenThoughts thoughts = new(workspace, queue, options.Time, options.Log);
        OpenTasks tasks = new(queue, options);
        EditorModels models = new(queue, editor, workspace, background, options);
        SolutionFile solution = new(workspace, queue, editor, blames, standing, options);
        Steering steering = new(workspace, editor, options);
        HintFile hints = new(workspace, queue, steering, editor, background);
        ClientProcess clientProcess = new(background, () => exit.TrySetResult());
        ExecuteCommandHandler commands = new(
        [
            new StartRunCommand(workspace, options),
            new AskRunCommand(CommandNames.Stop, workspace, by => new StopRequest(by, Choose: true)),
            new AskRunCommand(CommandNames.Pause, workspace, by => new PauseRequest(by)),
            new ContinueRunCommand(workspace, options),
            new AskRunCommand(CommandNames.Step, workspace, by => new StepRequest(by)),
            new HintCommand(steering, hints, editor, background),
            new SteerCommand(CommandNames.Branch, steering, (by, asked) => asked.Node is { } node ? new BranchRequest(by, node, asked.Text) : null, asked => $"a branch of node {asked.Node} comes next"),
            new SteerCommand(CommandNames.Reject, steering, (by, asked) => asked.Node is { } node ? new RejectRequest(by, node, asked.Text) : null, asked => $"node {asked.Node} is rejected"),
            new SteerCommand(CommandNames.Restore, steering, (by, asked) => asked.Node is { } node ? new RestoreRequest(by, node) : null, asked => $"node {asked.Node} counts again"),
            new PullRequestCommand(new PullRequests(workspace, queue, editor, options), background),
            new CompareNodesCommand(workspace, editor, background),
            new ApplyNodeCommand(solution, background),
            new OpenNodeCommand(workspace, editor, background),
            new CreateTaskCommand(workspace, editor, background, options),
        ]);
        IHandler[] handlers =
        [
            new InitializeHandler(options.Version, commands, clientProcess),
            new InitializedHandler(workspace, clientProcess),
            new ShutdownHandler(diagnostics),
            new ExitHandler(() => exit.TrySetResult()),
            new DidOpenHandler(),
            new DidChangeHandler(),
            new DidSaveHandler((state, document) =>
            {
                hints.Saved(state, document);
                tasks.Look(document);
            }),
            new DidCloseHandler(),
            new HoverHandler(blames, standing, new Reasonings(() => workspace.Store)),
            new CodeActionHandler(blames, standing),
            new CodeLensHandler(standing),
            commands,
            new CancelProgressHandler(news),
            new RunsHandler(),
            new EventsHandler(),
            new ChatPieceHandler(models),
        ];
        foreach (IHandler handler in handlers)
        {
            handler.Register(connection, queue);
        }

        queue.Changed = (before, after) => Mark(before, after, diagnostics, news, thoughts, models, tasks);
        background.Start("Publishing diagnostics", diagnostics.RunAsync);
        background.Start("Telling of runs", news.RunAsync);
        background.Start("Renewing thoughts", thoughts.RunAsync);
        background.Start("Looking for leaks", tasks.RunAsync);
        background.Start("Asking the editor's models", models.RunAsync);
        connection.StartListening();
        Task ended = await Task.WhenAny(connection.Completion, exit.Task).ConfigureAwait(false);
        if (ended.IsFaulted)
        {
            options.Log($"The connection to the editor broke: {ended.Exception.InnerException?.Message}");
        }

        // What waits for an answer of the editor's waits no longer: none may come, and the background ends with it.
        connection.Dispose();
        return queue.Current.ShuttingDown ? 0 : 1;
    }

    private static void Mark(ServerState before, ServerState after, DiagnosticsPublisher diagnostics, RunNews news, OpenThoughts thoughts, EditorModels models, OpenTasks tasks)
    {
        bool runsChanged = !ReferenceEquals(before.Runs, after.Runs), leaksChanged = !ReferenceEquals(before.Leaks, after.Leaks);
        if (runsChanged)
        {
            models.Wake();
            foreach ((RunId id, RunState run) in after.Runs)
            {
                if (!ReferenceEquals(before.Runs.GetValueOrDefault(id), run))
                {
                    news.Mark(run);
                    thoughts.Mark(id);
                }
            }
        }

        if (!runsChanged && !leaksChanged && ReferenceEquals(before.Documents, after.Documents))
        {
            return;
        }

        foreach ((string uri, Document document) in after.Documents)
        {
            if (runsChanged || leaksChanged || !ReferenceEquals(before.Documents.GetValueOrDefault(uri), document))
            {
                diagnostics.Mark(uri);
            }

            if (!before.Documents.ContainsKey(uri))
            {
                thoughts.Opened(document);
                tasks.Look(document);
            }
        }

        foreach (string uri in before.Documents.Keys)
        {
            if (!after.Documents.ContainsKey(uri))
            {
                diagnostics.Mark(uri);
                tasks.Closed(uri);
            }
        }
    }

    private static void Tell(string what, Exception error, Connection connection, Editor editor, LanguageServerOptions options)
    {
        if (connection.IsDisposed || connection.Completion.IsCompleted)
        {
            return;
        }

        bool forPeople = error is RequestFailedException or RunStoreException or RunNotStartedException or TaskNotCreatedException or PullRequestFailedException;
        options.Log($"{what} failed: {(forPeople ? error.Message : error)}");
        _ = editor.ShowAsync(ShowMessageParams.Error, forPeople ? error.Message : $"{what} failed: {error.Message}");
    }
}
