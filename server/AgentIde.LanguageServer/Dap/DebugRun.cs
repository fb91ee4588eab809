using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap;

/// <summary>The run that a session is about, as far as it has been read.</summary>
internal sealed class DebugRun
{
    private const int PageSize = 5_000;

    private DebugRun(IRunStore store, RunId run, string root)
    {
        Store = store;
        Run = run;
        Root = root;
    }

    public IRunStore Store { get; }

    public RunId Run { get; }

    public string Root { get; }

    public RunHistory History { get; } = new();

    public Liveness Liveness { get; private set; }

    /// <summary>Whether a process works on it and has not come to its end.</summary>
    public bool GoesOn => Liveness == Liveness.Live && History.Head.Finished is null;

    /// <summary>The task.yaml of the run's task; null where it is not there any more.</summary>
    public string? TaskFile => FilePaths.Real(Path.Combine(Root, History.Head.Settings!.TaskFolder, "task.yaml")) is var path && File.Exists(path) ? path : null;

    /// <summary>The file that the run's solution is written into; absolute, links resolved.</summary>
    public string SolutionPath => FilePaths.Real(Path.Combine(Root, History.Head.Settings!.SolutionFile));

    /// <param name="name">Of the run; <c>last</c> is the newest.</param>
    /// <exception cref="RequestFailedException">There is no such run.</exception>
    public static async Task<DebugRun> OpenAsync(IRunStore store, string root, string name, CancellationToken cancellationToken)
    {
        ImmutableArray<RunListing> runs = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        RunListing? found = name == "last" && !runs.IsEmpty ? runs[0] : runs.FirstOrDefault(run => run.Run.Value == name);
        if (found is null)
        {
            throw new RequestFailedException(runs.IsEmpty
                ? $"There are no runs in {root}: start one with 'agentide run TASK', or name the folder that it was started in as \"folder\"."
                : $"There is no run '{name}' in {root}: there {(runs.Length == 1 ? "is" : "are")} {string.Join(", ", runs.Take(8).Select(run => run.Run))}.");
        }

        DebugRun run = new(store, found.Run, root);
        await run.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (run.History.Length == 0)
        {
            // Its process has the run, and has not said yet what it is about.
            await store.WaitForNewsAsync(found.Run, 0, run.Liveness, cancellationToken).ConfigureAwait(false);
            await run.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        return run.History.Length > 0 ? run : throw new RequestFailedException($"{found.Run} never began: its log is empty.");
    }

    public async Task<string> ReadTextAsync(Digest digest, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await Store.ReadBlobAsync(Run, digest, cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>The events of a page that are not known yet.</summary>
    /// <exception cref="RunStoreException">They don't fit.</exception>
    public void Take(RunPage page)
    {
        foreach (RecordedEvent recorded in page.Events)
        {
            if (recorded.Seq > History.Length)
            {
                History.Append(recorded);
            }
        }

        Liveness = page.Liveness;
    }

    /// <summary>Reads all that is there.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            RunPage page = await Store.ReadAsync(Run, History.Length, PageSize, cancellationToken).ConfigureAwait(false);
            Take(page);
            if (History.Length >= page.Head)
            {
                return;
            }
        }
    }

    /// <summary>Hands on what is new until it is cancelled.</summary>
    /// <param name="after">The last event that is known.</param>
    public async Task FollowAsync(long after, Liveness known, Action<RunPage> news, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Store.WaitForNewsAsync(Run, after, known, cancellationToken).ConfigureAwait(false);
            RunPage page = await Store.ReadAsync(Run, after, PageSize, cancellationToken).ConfigureAwait(false);
            after += page.Events.Length;
            known = page.Liveness;
            news(page);
        }
    }
}
