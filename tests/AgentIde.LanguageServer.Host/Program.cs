using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer;
using AgentIde.LanguageServer.Host;
using AgentIde.LanguageServer.Tests;
using AgentIde.Storage;
using AgentIde.Testing;

// The real language server on standard input and output, over runs in memory that follow a script: for tests that
// drive a real editor without a sandbox. The current folder is the workspace. With a number as argument a run of that
// many nodes, applied to tasks/diamonds/solution.py, is there from the start. With --on-disk the runs are those of the
// workspace's own store, written by the test that owns them, and any number of editors sees them. With --write FOLDER
// it serves nobody: it writes a finished run of four nodes into that folder's store, for clients of the debug adapter.
if (args is ["--on-disk"])
{
    return await LanguageServerHost.RunAsync(Console.OpenStandardInput(), Console.OpenStandardOutput(), new LanguageServerOptions(
        "0.0.0-host",
        root => new SqliteRunStore(root, TimeProvider.System),
        (_, _) => throw new RunNotStartedException("The runs of this workspace are started by a test."),
        RunDecisions.RecordAsync,
        TimeProvider.System,
        Console.Error.WriteLine)
    {
        PullRequests = new ScriptedPullRequests(),
    });
}

if (args is ["--write", var folder])
{
    using SqliteRunStore written = new(folder, TimeProvider.System);
    await ScriptedJourney.WriteAsync(written);
    return 0;
}

MemoryRunStore store = new(Environment.CurrentDirectory, TimeProvider.System);
if (args is [var nodes])
{
    await ScriptedJourney.FillAsync(store, int.Parse(nodes, CultureInfo.InvariantCulture));
}

return await LanguageServerHost.RunAsync(Console.OpenStandardInput(), Console.OpenStandardOutput(), new LanguageServerOptions(
    "0.0.0-host",
    _ => store,
    (request, _) => ScriptedJourney.StartAsync(store, request),
    (_, run, decision, cancellationToken) => store.RecordAsync(run, decision, cancellationToken),
    TimeProvider.System,
    Console.Error.WriteLine));
