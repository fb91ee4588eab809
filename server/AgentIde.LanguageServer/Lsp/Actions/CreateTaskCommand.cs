using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Makes a task of a folder that holds train and test, and opens its task.yaml.</summary>
internal sealed class CreateTaskCommand(Workspace workspace, Editor editor, BackgroundWork background, LanguageServerOptions options) : ICommand
{
    public string Name => CommandNames.CreateTask;

    public IReadOnlyList<string> Takes { get; } = ["folder", "label", "metric"];

    public async Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        string root = workspace.Root;
        string named = arguments.Folder ?? throw new RequestFailedException("Which folder is to become a task? Name the one that holds train.csv and test.csv: {\"folder\": \"my-data\"}.");
        string folder = Path.TrimEndingDirectorySeparator(FilePaths.Named(named, root));
        if (folder != root && !FilePaths.IsInside(root, folder))
        {
            throw new RequestFailedException($"{folder} lies outside the folder that is open, {root}.");
        }

        if (options.CreateTask is not { } create)
        {
            throw new RequestFailedException("This server makes no tasks. From a shell: agentide task new FOLDER.");
        }

        CreatedTask task = await create(new CreateTaskRequest(folder, arguments.Label, arguments.Metric), cancellationToken).ConfigureAwait(false);
        background.Start("Showing task.yaml", cancellation => editor.ShowDocumentAsync(task.TaskFile, cancellation));
        return new CreatedTaskResult(task.TaskFile, task.Label, task.Metric, task.Why, task.Candidates);
    }
}
