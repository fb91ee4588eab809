using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Starts a run on the task that was named, else on the only one that can be meant.</summary>
internal sealed class StartRunCommand(Workspace workspace, LanguageServerOptions options) : ICommand
{
    private const string TaskFile = "task.yaml";
    private const int MaximumDepth = 4;
    private const decimal MostDollars = 1_000_000;
    private const long MostTokens = 1_000_000_000_000;

    public string Name => CommandNames.Start;

    public IReadOnlyList<string> Takes { get; } = ["task", "nodes", "seconds", "seed", "engineer", "dollars", "tokens"];

    public async Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken)
    {
        string root = workspace.Root;
        Check(arguments.Nodes, arguments.Seconds, arguments.Dollars, arguments.Tokens);
        string folder = arguments.Task is { } task ? Named(root, task) : Meant(state, root);
        StartRunRequest request = new(root, folder, null, arguments.Nodes, arguments.Seconds, arguments.Seed, Allowed(arguments.Engineer), arguments.Dollars, arguments.Tokens);
        RunId run = await options.StartRun(request, cancellationToken).ConfigureAwait(false);
        workspace.Follow(run);
        return new StartedResult(run.Value);
    }

    /// <exception cref="RequestFailedException">A run can't have such bounds.</exception>
    public static void Check(int? nodes, double? seconds, decimal? dollars, long? tokens)
    {
        if (nodes <= 0 || seconds <= 0)
        {
            throw new RequestFailedException("A run needs at least one node and some seconds.");
        }

        if (dollars is < 0 or > MostDollars || tokens is < 0 or > MostTokens)
        {
            throw new RequestFailedException("A cap on models is a number of US dollars or of tokens, not less than 0.");
        }
    }

    /// <summary>A program or a file as engineer is named on a command line alone: no message starts a program.</summary>
    public static string? Allowed(string? engineer) =>
        !NamesProgram(engineer) ? engineer : throw new RequestFailedException("A program or a recording as the engineer is named in a terminal: agentide run TASK --engineer …");

    public static bool NamesProgram(string? engineer) =>
        engineer is not null && engineer.Split(',').Any(part => part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..].TrimStart() is var name && (name.StartsWith("command:", StringComparison.Ordinal) || name.StartsWith("recording:", StringComparison.Ordinal)));

    private static string Named(string root, string task)
    {
        string path = FilePaths.Named(task, root);
        string folder = Path.GetFileName(path) == TaskFile ? Path.GetDirectoryName(path) ?? path : path;
        if (folder != root && !FilePaths.IsInside(root, folder))
        {
            throw new RequestFailedException($"{folder} lies outside the folder that is open, {root}.");
        }

        return File.Exists(Path.Combine(folder, TaskFile)) ? folder : throw new RequestFailedException($"{folder} has no {TaskFile}.");
    }

    private static string Meant(ServerState state, string root)
    {
        string[] open =
        [
            .. state.Documents.Values
                .Select(document => Path.GetDirectoryName(document.Path))
                .OfType<string>()
                .Where(folder => (folder == root || FilePaths.IsInside(root, folder)) && File.Exists(Path.Combine(folder, TaskFile)))
                .Distinct(),
        ];
        string[] found = open.Length == 1 ? open : [.. InWorkspace(root).Take(20)];
        return found switch
        {
            [var only] => only,
            [] => throw new RequestFailedException($"There is no {TaskFile} in {root}: open a folder with a task."),
            _ => throw new RequestFailedException($"Which task? There are {string.Join(", ", found.Select(folder => Path.GetRelativePath(root, folder)))}. Open the {TaskFile} of one."),
        };
    }

    private static IEnumerable<string> InWorkspace(string root)
    {
        EnumerationOptions visible = new()
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = MaximumDepth,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint,
            IgnoreInaccessible = true,
        };
        return Directory.EnumerateFiles(root, TaskFile, visible)
            .Select(file => Path.GetDirectoryName(file) ?? root)
            .Where(folder => !folder.Contains("/node_modules/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }
}
