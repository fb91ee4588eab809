using System.Collections.Immutable;
using System.Text;
using AgentIde.Cli.Commands;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.Core.Texts;
using AgentIde.GitHub;
using AgentIde.GitHub.Git;
using AgentIde.Storage;

namespace AgentIde.Cli.PullRequests;

/// <summary>What a run proposes, and the repository that its solution file lies in; nothing of it is written yet.</summary>
/// <param name="Repository">Where it goes to; null where no remote names one.</param>
/// <param name="Remote">What the workspace calls that; null where it has no such remote.</param>
/// <param name="File">The solution's, from the root of the repository.</param>
internal sealed record RunProposal(RunId Run, PullRequest PullRequest, ImmutableArray<StepCode> Steps, WorkspaceRepository Workspace, RepositoryName? Repository, string? Remote, string File, RunAccount Account, GitHubTokens Tokens)
{
    /// <summary>All that one command asks of GitHub has its patience together.</summary>
    private readonly LimitWaits _waits = new(Console.Error.WriteLine);

    /// <param name="node">Null for the run's own choice.</param>
    /// <param name="repository"><c>OWNER/NAME</c>; null for the remote's.</param>
    /// <exception cref="CommandException">The run, or the node, can't be proposed.</exception>
    /// <exception cref="GitHubException">The repository can't take it.</exception>
    public static async Task<RunProposal> ReadAsync(SqliteRunStore store, RunId run, int? node, string? repository, GitHubTokens tokens, CancellationToken cancellationToken)
    {
        RunAccount account = await ReviewedRuns.AccountAsync(store, run, cancellationToken);
        Journal journal = account.Journal;
        if (PullRequest.Refusal(journal, run, node) is { } refusal)
        {
            throw new CommandException(node is null && journal.Settings?.Origin is null ? ExitCode.Failed : ExitCode.BadUsage, refusal);
        }

        RepositoryName? named = repository is null ? null : RepositoryName.Parse(repository)
            ?? throw new CommandException(ExitCode.BadUsage, $"'{repository}' is no repository: name it OWNER/NAME, or HOST/OWNER/NAME for a GitHub of your own.");
        string file = SolutionFile(journal);
        WorkspaceRepository workspace = WorkspaceRepository.Find(file);
        (string Remote, RepositoryName Repository) remote = workspace.Remotes.FirstOrDefault(remote => named is null || remote.Repository == named || (workspace.RouteOf(remote.Remote) is not null && remote.Repository.IsSameButForPort(named)));
        int chosen = PullRequest.NodeOf(journal, node)!.Value;
        if (PullRequest.Repetition(account, chosen) is { } repetition)
        {
            throw new CommandException(ExitCode.Failed, repetition);
        }

        string code = Encoding.UTF8.GetString((await store.ReadBlobAsync(run, journal[chosen].Code!.Value, cancellationToken)).Span);
        PullRequest pull = PullRequest.Of(account, chosen, code, tokens.Redactor().Clean, (named ?? remote.Repository)?.Host, PathOf(named ?? remote.Repository)) with { Origin = await ReviewedRuns.OriginAsync(store, account, cancellationToken) };
        ImmutableArray<StepCode>.Builder steps = ImmutableArray.CreateBuilder<StepCode>();
        foreach (SolutionStep step in pull.Steps)
        {
            steps.Add(new StepCode(step, await store.ReadBlobAsync(run, step.Code, cancellationToken)));
        }

        return new RunProposal(run, pull, steps.ToImmutable(), workspace, named ?? remote.Repository, remote.Remote, workspace.PathOf(file), account, tokens);
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
    /// <param name="mayFork">Whether it may go into a fork where there is no right to push.</param>
    /// <param name="isAnother">Whether a second one may be opened that closes the same issue as one that is open.</param>
    public async Task<OpenedPullRequest> OpenAsync(string? branch, bool isDraft, bool isNamed, bool mayFork, bool isAnother, CancellationToken cancellationToken)
    {
        RepositoryName target = Target(isNamed);
        Token token = await Tokens.OfAsync(target, cancellationToken);
        return await new PullRequestOpening(target, token, TimeProvider.System, Route(target), mayFork, isAnother, _waits).OpenAsync(Workspace, File, PullRequest, Steps, branch, isDraft, cancellationToken);
    }

    /// <summary>What people said of the pull request; null where there is none.</summary>
    public async Task<FoundReview?> ReviewAsync(bool isNamed, CancellationToken cancellationToken) =>
        await (await ReviewOfAsync(Target(isNamed), cancellationToken)).ReadAsync(Workspace, File, PullRequest.Name, cancellationToken);

    /// <summary>What became of the comments of this repository's pull request.</summary>
    public ImmutableArray<CommentAnswer> Answers => CommentAnswer.Of(Account.Journal, PullRequest.Node, PathOf(Repository));

    private static string? PathOf(RepositoryName? repository) => repository is null ? null : $"{repository.Owner}/{repository.Name}";

    /// <summary>Answers each comment that the run has come to, once, and each that its engineer can do nothing by.</summary>
    /// <returns>How many were answered now.</returns>
    public async Task<int> AnswerAsync(OpenedPullRequest opened, bool isNamed, CancellationToken cancellationToken)
    {
        if (opened.State == OpeningState.Created)
        {
            return 0;
        }

        CommentReply[] done = [.. Answers.Where(answer => answer.IsDone).Select(answer => answer with { Commit = $"commit {opened.Branch.Head[..12]}" })
            .Select(answer => new CommentReply(answer.Comment.Kind, answer.Comment.Id, answer.Comment.Thread, answer.Marker, answer.Reply(Run, Tokens.Redactor().Clean)))];
        return await (await ReviewOfAsync(Target(isNamed), cancellationToken)).AnswerAsync(opened.Number, File, comments => [.. done, .. comments.Select(Aside).OfType<CommentReply>()], cancellationToken);
    }

    /// <summary>Thanks and approval need no answer, and neither do words in a conversation, or in a thread that has one: people talk there.</summary>
    private CommentReply? Aside(FoundComment comment)
    {
        string text = ShownText.Of(comment.Text);
        bool isTaken = Account.Journal.Comments.Any(known => known.Kind == comment.Kind && known.Id == comment.Id);
        return isTaken || comment.Kind == CommentKind.Conversation || comment.Thread is not null || Approval.Is(text) || TakenReview.Why(Account.Journal, PullRequest.Node, null, text) is not { } why
            ? null
            : new CommentReply(comment.Kind, comment.Id, null, CommentAnswer.AsideMarker(comment.Kind, comment.Id), CommentAnswer.Aside(comment.Kind, comment.Id, comment.Author, comment.Address.AbsoluteUri, why));
    }

    private async Task<PullRequestReview> ReviewOfAsync(RepositoryName target, CancellationToken cancellationToken) =>
        new(target, await Tokens.OfAsync(target, cancellationToken), TimeProvider.System, Route(target), _waits);

    private SshRoute? Route(RepositoryName target) => Remote is { } remote && Workspace.RouteOf(remote) is { } route && route.LeadsTo(target) ? route : null;

    private RepositoryName Target(bool isNamed) => Unnamed(isNamed) is { } why ? throw new CommandException(ExitCode.BadUsage, why) : Repository!;

    /// <summary>Why GitHub is not spoken to before a person names the repository, with the option that does; null where nothing is missing.</summary>
    public string? Unnamed(bool isNamed) =>
        Repository is null ? $"No remote of {Workspace.Root} names a repository at GitHub: say --repo OWNER/NAME."
        : isNamed ? null
        : !IsOfWorkspace ? $"The solution lies in {Workspace.Root}, another repository than this folder's: where you mean that, say --repo {Repository}."
        : !Repository.IsOnGitHub ? $"The remote is {Repository}, and a token goes to another server than github.com only where you name it: say --repo {Repository}."
        : null;

    /// <summary>Whether this folder lies in the repository, or the repository in it: a log, or a link, may lead to another one.</summary>
    private bool IsOfWorkspace => $"{CommonOptions.Workspace}/".StartsWith($"{Workspace.Root}/", StringComparison.Ordinal) || Workspace.Root.StartsWith($"{CommonOptions.Workspace}/", StringComparison.Ordinal);

    /// <summary>The log may have come with a stranger's repository: it names no file elsewhere.</summary>
    private static string SolutionFile(Journal journal)
    {
        string file = Path.GetFullPath(journal.Settings!.SolutionFile, CommonOptions.Workspace);
        return file.StartsWith(CommonOptions.Workspace.TrimEnd('/') + "/", StringComparison.Ordinal) || System.IO.File.Exists(Path.Combine(Path.GetDirectoryName(file)!, "task.yaml"))
            ? file
            : throw new CommandException(ExitCode.Failed, $"{file} lies outside of this workspace and beside no task.yaml: nothing of it is proposed. Take the code from 'agentide show {journal.Settings.Run} --node N'.");
    }
}
