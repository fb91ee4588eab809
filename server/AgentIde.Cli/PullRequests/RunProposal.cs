using System.Collections.Immutable;
using System.Text;
using AgentIde.Cli.Commands;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.GitHub;
using AgentIde.GitHub.Git;
using AgentIde.Storage;

namespace AgentIde.Cli.PullRequests;

/// <summary>What a run proposes, and the repository that its solution file lies in; nothing of it is written yet.</summary>
/// <param name="Repository">Where it goes to; null where no remote names one.</param>
/// <param name="Remote">What the workspace calls that; null where it has no such remote.</param>
/// <param name="File">The solution's, from the root of the repository.</param>
internal sealed record RunProposal(RunId Run, PullRequest PullRequest, ImmutableArray<StepCode> Steps, WorkspaceRepository Workspace, RepositoryName? Repository, string? Remote, string File)
{
    private const int Page = 10_000;

    /// <param name="node">Null for the run's own choice.</param>
    /// <param name="repository"><c>OWNER/NAME</c>; null for the remote's.</param>
    /// <exception cref="CommandException">The run, or the node, can't be proposed.</exception>
    /// <exception cref="GitHubException">The repository can't take it.</exception>
    public static async Task<RunProposal> ReadAsync(SqliteRunStore store, RunId run, int? node, string? repository, GitHubTokens tokens, CancellationToken cancellationToken)
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
        (string Remote, RepositoryName Repository) remote = workspace.Remotes.FirstOrDefault(remote => named is null || remote.Repository == named);
        int chosen = PullRequest.NodeOf(journal, node)!.Value;
        string code = Encoding.UTF8.GetString((await store.ReadBlobAsync(run, journal[chosen].Code!.Value, cancellationToken)).Span);
        PullRequest pull = PullRequest.Of(account, chosen, code, tokens.Redactor().Clean);
        ImmutableArray<StepCode>.Builder steps = ImmutableArray.CreateBuilder<StepCode>();
        foreach (SolutionStep step in pull.Steps)
        {
            steps.Add(new StepCode(step, await store.ReadBlobAsync(run, step.Code, cancellationToken)));
        }

        return new RunProposal(run, pull, steps.ToImmutable(), workspace, named ?? remote.Repository, remote.Remote, workspace.PathOf(file));
    }

    /// <summary>Made whole in a repository of our own, from what is here: neither network nor token is needed.</summary>
    /// <param name="branch">The base; null for the remote's own branch, else the one that is checked out.</param>
    public async Task<(string Base, PlannedBranch Branch)> RehearseAsync(string? branch, CancellationToken cancellationToken)
    {
        (string goal, string commit) = Workspace.Base(branch, Remote);
        using OwnRepository own = await OwnRepository.CreateAsync(Workspace, cancellationToken);
        return (goal, await own.CommitAsync(commit, File, Steps, cancellationToken));
    }

    /// <summary>Pushed and opened at GitHub, or brought up to date there.</summary>
    /// <param name="branch">The base; null for the repository's own branch.</param>
    /// <param name="isNamed">Whether a person named the repository. A workspace may come from a stranger: by itself it sends a token to no other server than github.com.</param>
    public async Task<OpenedPullRequest> OpenAsync(string? branch, bool isDraft, bool isNamed, GitHubTokens tokens, CancellationToken cancellationToken)
    {
        if (Repository is null)
        {
            throw new CommandException(ExitCode.BadUsage, $"No remote of {Workspace.Root} names a repository at GitHub: say --repo OWNER/NAME.");
        }

        if (!IsOfWorkspace && !isNamed)
        {
            throw new CommandException(ExitCode.BadUsage, $"The solution lies in {Workspace.Root}, another repository than this folder's: where you mean that, say --repo {Repository}.");
        }

        if (!Repository.IsOnGitHub && !isNamed)
        {
            throw new CommandException(ExitCode.BadUsage, $"The remote is {Repository}, and a token goes to another server than github.com only where you name it: say --repo {Repository}.");
        }

        return await new PullRequestOpening(Repository, await tokens.OfAsync(Repository, cancellationToken), TimeProvider.System).OpenAsync(Workspace, File, PullRequest, Steps, branch, isDraft, cancellationToken);
    }

    /// <summary>Whether this folder lies in the repository, or the repository in it: a log, or a link, may lead to another one.</summary>
    private bool IsOfWorkspace => $"{CommonOptions.Workspace}/".StartsWith($"{Workspace.Root}/", StringComparison.Ordinal) || Workspace.Root.StartsWith($"{CommonOptions.Workspace}/", StringComparison.Ordinal);

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
        return file.StartsWith(CommonOptions.Workspace.TrimEnd('/') + "/", StringComparison.Ordinal) || System.IO.File.Exists(Path.Combine(Path.GetDirectoryName(file)!, "task.yaml"))
            ? file
            : throw new CommandException(ExitCode.Failed, $"{file} lies outside of this workspace and beside no task.yaml: nothing of it is proposed. Take the code from 'agentide show {journal.Settings.Run} --node N'.");
    }
}
