using AgentIde.Cli.Commands;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer;
using AgentIde.Storage;

namespace AgentIde.Cli;

/// <summary><c>agentide dap</c>: the debug adapter on standard input and output, over the runs of the current folder.</summary>
internal static class DebugAdapterProcess
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is [var unknown, ..])
        {
            await Console.Error.WriteLineAsync($"agentide: dap takes no arguments, and '{SafeText.OneLine(unknown, 60)}' is one: start it in the folder of the runs; which run is meant is said by its client.");
            return ExitCode.BadUsage;
        }

        return await ServeAsync();
    }

    private static Task<int> ServeAsync() => DebugAdapterHost.RunAsync(
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
