using System.Collections.Immutable;
using System.Text;
using AgentIde.Cli.Commands;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.GitHub;
using AgentIde.GitHub.Git;
using AgentIde.Models.Keys;
using AgentIde.Storage;

namespace AgentIde.Cli.PullRequests;

/// <summary>What a pull request of a run would be, made whole in a repository of our own: the workspace is only read.</summary>
/// <param name="Repository">Where it goes to; null where no remote names one.</param>
/// <param name="Base">The branch that it is to be merged into.</param>
internal sealed record PullRequestPlan(RunId Run, PullRequest PullRequest, RepositoryName? Repository, string Base, PlannedBranch Branch, OwnRepository Own) : IDisposable
{
    private const int Page = 10_000;

    /// <param name="node">Null for the run's own choice.</param>
    /// <param name="repository"><c>OWNER/NAME</c>; null for the remote's.</param>
    /// <param name="branch">The base; null for the remote's own branch, else the one that is checked out.</param>
    /// <exception cref="CommandException">The run, or the node, can't be proposed.</exception>
    /// <exception cref="GitHubException">The repository can't take it.</exception>
    public static async Task<PullRequestPlan> MakeAsync(SqliteRunStore store, RunId run, int? node, string? repository, string? branch, CancellationToken cancellationToken)
    {
        RunAccount account = RunAccount.Of(await EventsAsync(store, run, cancellationToken));
        Journal journal = account.Journal;
        if (PullRequest.Refusal(journal, run, node) is { } refusal)
        {
            throw new CommandException(node is null && journal.Settings?.Origin is null ? ExitCode.Failed : ExitCode.BadUsage, refusal);
        }

        RepositoryName? named = repository is null ? null : RepositoryName.Parse(repository)
            ?? throw new CommandException(ExitCode.BadUsage, $"'{repository}' is no repository: name it OWNER/NAME, or HOST/OWNER/NAME for a GitHub of your own.");
        string file = SolutionFile(journal);
        WorkspaceRepository workspace = WorkspaceRepository.Find(file);
        string path = workspace.PathOf(file);
        (string Remote, RepositoryName Repository) remote = workspace.Remotes.FirstOrDefault(remote => named is null || remote.Repository == named);
        (string goal, string commit) = workspace.Base(branch, remote.Remote);
        int chosen = PullRequest.NodeOf(journal, node)!.Value;
        string code = Encoding.UTF8.GetString((await store.ReadBlobAsync(run, journal[chosen].Code!.Value, cancellationToken)).Span);
        PullRequest pull = PullRequest.Of(account, chosen, code, Keys().Clean);
        ImmutableArray<StepCode>.Builder steps = ImmutableArray.CreateBuilder<StepCode>();
        foreach (SolutionStep step in pull.Steps)
        {
            steps.Add(new StepCode(step, await store.ReadBlobAsync(run, step.Code, cancellationToken)));
        }

        OwnRepository own = await OwnRepository.CreateAsync(workspace, cancellationToken);
        try
        {
            return new PullRequestPlan(run, pull, named ?? remote.Repository, goal, await own.CommitAsync(commit, path, steps, cancellationToken), own);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    public void Dispose() => Own.Dispose();

    private static async Task<IReadOnlyList<RecordedEvent>> EventsAsync(SqliteRunStore store, RunId run, CancellationToken cancellationToken)
    {
        List<RecordedEvent> events = [];
        while (true)
        {
            RunPage page = await store.ReadAsync(run, events.Count, Page, cancellationToken);
            if (page.Events.IsEmpty)
            {
                return events;
            }

            events.AddRange(page.Events);
        }
    }

    /// <summary>The log may have come with a stranger's repository: it names no file elsewhere.</summary>
    private static string SolutionFile(Journal journal)
    {
        string file = Path.GetFullPath(journal.Settings!.SolutionFile, CommonOptions.Workspace);
        return file.StartsWith(CommonOptions.Workspace.TrimEnd('/') + "/", StringComparison.Ordinal) || File.Exists(Path.Combine(Path.GetDirectoryName(file)!, "task.yaml"))
            ? file
            : throw new CommandException(ExitCode.Failed, $"{file} lies outside of this workspace and beside no task.yaml: nothing of it is proposed. Take the code from 'agentide show {journal.Settings.Run} --node N'.");
    }

    /// <summary>What has the form of a key never gets into a text, and what is one here neither.</summary>
    private static Redactor Keys()
    {
        string[] names = ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AGENTIDE_API_KEY"];
        List<Secret> secrets = [];
        foreach (string name in names)
        {
            if (Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value && value.All(letter => letter is > ' ' and <= '~'))
            {
                secrets.Add(new Secret(value));
            }
        }

        return new Redactor(secrets);
    }
}
