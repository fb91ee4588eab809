using AgentIde.Cli.Commands;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer;
using AgentIde.Storage;

namespace AgentIde.Cli;

/// <summary><c>agentide lsp</c>: the language server on standard input and output, with the store and the runner it needs.</summary>
internal static class LanguageServerProcess
{
    public static Task<int> RunAsync() => LanguageServerHost.RunAsync(
        Console.OpenStandardInput(),
        Console.OpenStandardOutput(),
        new LanguageServerOptions(
            typeof(LanguageServerProcess).Assembly.GetName().Version!.ToString(3),
            workspace => new SqliteRunStore(workspace, TimeProvider.System),
            StartRunAsync,
            RunDecisions.RecordAsync,
            TimeProvider.System,
            Console.Error.WriteLine)
        {
            ChatsOf = (store, run) => ((SqliteRunStore)store).ChatsOf(run),
            ResumeRun = ResumeRunAsync,
            Sandbox = SandboxChoice.Default.Engine,
            CreateTask = TaskProcess.CreateAsync,
            FindLeaks = TaskProcess.FindLeaksAsync,
            PullRequests = new PullRequestProcess(),
        });

    /// <summary>Starts a run as an editor or a debugger asks for it.</summary>
    public static Task<RunId> StartRunAsync(StartRunRequest request, CancellationToken cancellationToken) => StartAsync(
        RunPlan.Default(request.WorkspaceRoot, request.TaskFolder) with
        {
            SolutionFile = request.SolutionFile,
            Nodes = request.Nodes ?? RunPlan.DefaultNodes,
            Seconds = request.Seconds ?? RunPlan.DefaultSeconds,
            Seed = request.Seed ?? 1,
            Engineer = request.Engineer ?? RunPlan.BuiltInEngineer,
            Spending = new SpendingCaps(request.Tokens, request.Dollars, null, null, null),
        },
        cancellationToken);

    /// <remarks>All else comes from its log, but for the sandbox, which nobody can choose in an editor.</remarks>
    public static Task ResumeRunAsync(ResumeRunRequest request, CancellationToken cancellationToken) =>
        request.Sandbox is { } engine && engine != SandboxChoice.Default.Engine
            ? throw new RunNotStartedException($"{request.Run} is gone on with in a terminal: agentide run --resume {request.Run} --sandbox {ResumeCommand.Quoted(engine)}")
            : StartAsync(
                RunPlan.Default(request.WorkspaceRoot, request.TaskFolder) with { Engineer = request.Engineer ?? RunPlan.BuiltInEngineer, Resume = request.Run },
                cancellationToken);

    private static async Task<RunId> StartAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            return await RunnerProcess.StartAsync(plan, cancellationToken);
        }
        catch (CommandException problem)
        {
            throw new RunNotStartedException(problem.Message, problem);
        }
    }
}
