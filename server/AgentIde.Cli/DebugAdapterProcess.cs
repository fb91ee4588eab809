using AgentIde.Cli.Commands;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer;
using AgentIde.Storage;

namespace AgentIde.Cli;

/// <summary><c>agentide dap</c>: the debug adapter on standard input and output, over the runs of the current folder.</summary>
internal static class DebugAdapterProcess
{
    public static Task<int> RunAsync() => DebugAdapterHost.RunAsync(
        Console.OpenStandardInput(),
        Console.OpenStandardOutput(),
        new DebugAdapterOptions(
            Directory.GetCurrentDirectory(),
            workspace => new SqliteRunStore(workspace, TimeProvider.System),
            LanguageServerProcess.StartRunAsync,
            RunDecisions.RecordAsync,
            Console.Error.WriteLine)
        {
            ResumeRun = LanguageServerProcess.ResumeRunAsync,
            Sandbox = SandboxChoice.Default.Engine,
        });
}
