using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.PullRequests;

namespace AgentIde.GitHub.Git;

/// <summary>
/// A bare repository of our own in a folder that nobody else can read, which borrows the workspace's objects and has none
/// of its configuration. Commits are made of blobs, trees and texts, so that nothing is ever checked out, and the same
/// steps on the same base are the same commits. Goes with its folder.
/// </summary>
public sealed class OwnRepository : IDisposable
{
    private const string Author = "agentide";
    private const string Address = "agentide@agentide.invalid";
    private const string RegularFile = "100644";
    private const string ExecutableFile = "100755";
    private const string Folder = "040000";

    private const string FolderStart = "agentide-git-";
    private const string LockFile = "lock";

    private readonly DirectoryInfo _folder;
    private readonly FileStream _lock;

    private OwnRepository(DirectoryInfo folder, FileStream @lock, GitCommand git)
    {
        _folder = folder;
        _lock = @lock;
        Git = git;
    }

    internal GitCommand Git { get; }

    /// <summary>Where it lies.</summary>
    internal string Path => _folder.FullName;

    /// <exception cref="GitHubException">There is no git, or it fails.</exception>
    public static async Task<OwnRepository> CreateAsync(WorkspaceRepository workspace, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory(FolderStart);
        FileStream held = new(System.IO.Path.Combine(folder.FullName, LockFile), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            string bare = System.IO.Path.Combine(folder.FullName, "own.git");
            Directory.CreateDirectory(bare);
            GitCommand git = new(bare, workspace.Objects);
            await git.RunAsync(cancellationToken, "init", "--quiet", "--bare", "--template=", $"--object-format={workspace.ObjectFormat}", bare).ConfigureAwait(false);
            ImmutableArray<string> shallow = workspace.Shallow;
            if (!shallow.IsEmpty)
            {
                await File.WriteAllLinesAsync(System.IO.Path.Combine(bare, "shallow"), shallow, cancellationToken).ConfigureAwait(false);
            }

            return new OwnRepository(folder, held, git);
        }
        catch
        {
            await held.DisposeAsync().ConfigureAwait(false);
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Removes what processes that were killed left among the temporary files: the folders whose lock nobody holds.</summary>
    /// <param name="temporary">Where they lie.</param>
    /// <returns>How many there were.</returns>
    public static int RemoveLeftovers(string temporary)
    {
        int removed = 0;
        foreach (DirectoryInfo folder in new DirectoryInfo(temporary).EnumerateDirectories($"{FolderStart}*").Where(folder => folder.LinkTarget is null && RepositoryOwner.IsOurs(folder.FullName)))
        {
            try
            {
                using (new FileStream(System.IO.Path.Combine(folder.FullName, LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    folder.Delete(recursive: true);
                    removed++;
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It is in use, somebody else's, or only just being made.
            }
        }

        return removed;
    }

    /// <summary>One commit for each step that changes the file, each on the one before it.</summary>
    /// <param name="file">From the root, as git writes it.</param>
    /// <exception cref="GitHubException">No step changes anything, or the file can't be one of the tree's.</exception>
    public async Task<PlannedBranch> CommitAsync(string baseCommit, string file, IEnumerable<StepCode> steps, CancellationToken cancellationToken)
    {
        PlannedBranch plan = await AddAsync(new PlannedBranch(baseCommit, baseCommit, file, [], ""), steps, cancellationToken).ConfigureAwait(false);
        return plan.Commits.IsEmpty || plan.Diff.Length == 0
            ? throw new GitHubException($"{file} holds this code already where the pull request would go to: there is nothing to propose.")
            : plan;
    }

    /// <summary>
    /// What a branch that is there already holds of a run, by the names in its messages, and on top of it, whoever else has
    /// committed there since, commits for the steps that it lacks. Where the run went another way meanwhile, what is there
    /// stays: a commit goes back to the last step of the new way that the branch holds, or its first step says that it
    /// follows another one.
    /// </summary>
    /// <param name="address">Where the branch is, for a person who is to do something there by hand.</param>
    /// <returns>Null where it holds nothing of the run.</returns>
    /// <exception cref="GitHubException">Somebody changed the file there.</exception>
    public async Task<PlannedBranch?> ContinueAsync(string address, string head, string file, PullRequest pull, ImmutableArray<StepCode> steps, CancellationToken cancellationToken)
    {
        string? identity = steps[0].Step.Name?.Identity;
        ImmutableArray<Known> history = await HistoryAsync(head, cancellationToken).ConfigureAwait(false);
        int lowest = history.ToList().FindLastIndex(IsOfRun);
        if (lowest < 0 || lowest + 1 >= history.Length)
        {
            return null;
        }

        Known[] made = [.. history.Take(lowest + 1).Where(IsOfRun).Reverse()];
        string blob = (await EntryAsync(head, file, cancellationToken).ConfigureAwait(false)).Blob;
        if (blob != (await EntryAsync(made[^1].Sha, file, cancellationToken).ConfigureAwait(false)).Blob)
        {
            throw new GitHubException(Changed(address, head, file, pull, made[^1]));
        }

        PlannedCommit[] there = [.. made.Select(commit => new PlannedCommit(commit.Sha, commit.Name!.Value.Node, commit.Message, [file]))];
        bool isDone = blob == await WriteAsync(steps[^1].Bytes, cancellationToken).ConfigureAwait(false);
        IEnumerable<StepCode> missing = isDone ? [] : await MissingAsync().ConfigureAwait(false);
        // No commit is older than the one that it goes on from.
        missing = missing.Select(step => step with { Step = step.Step with { At = step.Step.At > made[^1].At ? step.Step.At : made[^1].At } });
        return await AddAsync(new PlannedBranch(history[lowest + 1].Sha, head, file, [.. there], ""), missing, cancellationToken).ConfigureAwait(false);

        bool IsOfRun(Known commit) => commit.Name is { } name && name.Identity == identity;

        async Task<IEnumerable<StepCode>> MissingAsync()
        {
            StepName from = made[^1].Name!.Value;
            HashSet<StepName?> known = [.. made.Select(commit => commit.Name)];
            int held = steps.ToList().FindLastIndex(step => known.Contains(step.Step.Name));
            StepCode[] after = [.. steps.Skip(held + 1)];
            if (held >= 0 && steps[held].Step.Name == from)
            {
                return after;
            }

            return held >= 0 && blob != await WriteAsync(steps[held].Bytes, cancellationToken).ConfigureAwait(false)
                ? [steps[held] with { Step = pull.Back(from, steps[held].Step) }, .. after]
                : [after[0] with { Step = pull.Moved(from, after[0].Step) }, .. after[1..]];
        }
    }

    /// <summary>Whether another commit has another content of the branch's file than the base that the branch was begun on, which is not the branch's either.</summary>
    /// <param name="tip">Of the base now; it is here.</param>
    internal async Task<bool> IsOvertakenAsync(PlannedBranch branch, string tip, CancellationToken cancellationToken)
    {
        // Who brought the base into the branch has settled it.
        bool isMerged = (await Git.TryAsync(null, ["merge-base", "--is-ancestor", tip, branch.Head], null, cancellationToken).ConfigureAwait(false)).ExitCode == 0;
        return !isMerged && await OfAsync(tip).ConfigureAwait(false) is var there && there != await OfAsync(branch.Base).ConfigureAwait(false) && there != await OfAsync(branch.Head).ConfigureAwait(false);

        Task<string> OfAsync(string commit) => Git.SucceedAsync(null, ["ls-tree", "-z", commit, "--", branch.File], null, cancellationToken);
    }

    /// <summary>What a person does so that the run goes on, and theirs stays in the history: with a checkout of its own, since the solution may lie in this one, of no commit yet.</summary>
    private static string Changed(string address, string head, string file, PullRequest pull, Known last)
    {
        (string path, string name, string back) = (ShellWord.Quoted(file), ShellWord.Quoted($"theirs{System.IO.Path.GetExtension(file)}"), "\"$back\"");
        string git = $"git -C {back}";
        return $"Somebody changed {file} on the branch {pull.Branch} of this run's pull request (up to {head[..8]}): that is kept, and nothing was pushed. "
            + $"To go on, put the run's version back by a commit after theirs: back=$(mktemp -d) && git fetch {address} {pull.Branch} && git worktree add --detach {back} FETCH_HEAD && {git} checkout {last.Sha[..12]} -- {path} && {git} commit -m 'back: to the run' && {git} push {address} HEAD:{pull.Branch} && git worktree remove {back}; then try again. "
            + $"Theirs stays in the history, and can be tried in the run: git show {head[..12]}:{path} > {name} && agentide branch {last.Name!.Value.Run} {last.Name.Value.Node} --code {name}.";
    }

    /// <summary>The commits of a branch that a run's steps became, newest first, with the node that each names; commits of others, and older ones of ours, name none.</summary>
    public async Task<ImmutableArray<(string Sha, int? Node)>> NodesAsync(string head, CancellationToken cancellationToken) =>
        [.. (await HistoryAsync(head, cancellationToken).ConfigureAwait(false)).Select(commit => (commit.Sha, commit.Name?.Node))];

    /// <summary>Newest first, by first parents.</summary>
    private async Task<ImmutableArray<Known>> HistoryAsync(string head, CancellationToken cancellationToken)
    {
        string listed = await Git.RunAsync(cancellationToken, "log", "--first-parent", "--max-count=10000", "--format=%H%x00%ae%x00%ct%x00%B%x01", "--end-of-options", head).ConfigureAwait(false);
        return
        [
            .. listed.Split('\u0001').Select(entry => entry.Trim('\n').Split('\0')).Where(entry => entry.Length == 4)
                .Select(entry => new Known(entry[0], entry[1] == Address ? CommitMessage.NameOf(entry[3]) : null, DateTimeOffset.FromUnixTimeSeconds(long.Parse(entry[2], CultureInfo.InvariantCulture)), entry[3])),
        ];
    }

    /// <param name="Name">Null for a commit of somebody else's.</param>
    private sealed record Known(string Sha, StepName? Name, DateTimeOffset At, string Message);

    private async Task<PlannedBranch> AddAsync(PlannedBranch branch, IEnumerable<StepCode> steps, CancellationToken cancellationToken)
    {
        (string mode, string blob) = await EntryAsync(branch.Head, branch.File, cancellationToken).ConfigureAwait(false);
        await Git.RunAsync(cancellationToken, "read-tree", branch.Head).ConfigureAwait(false);
        await RefuseFilterAsync(branch.File, cancellationToken).ConfigureAwait(false);
        string head = branch.Head;
        bool isReplacing = (branch.Head == branch.Base ? blob : (await EntryAsync(branch.Base, branch.File, cancellationToken).ConfigureAwait(false)).Blob).Length > 0;
        ImmutableArray<PlannedCommit>.Builder commits = branch.Commits.ToBuilder();
        foreach (StepCode step in steps)
        {
            string content = await WriteAsync(step.Bytes, cancellationToken).ConfigureAwait(false);
            if (content == blob)
            {
                continue;
            }

            await Git.RunAsync(cancellationToken, "update-index", "--add", "--cacheinfo", $"{mode},{content},{branch.File}").ConfigureAwait(false);
            // A partial clone lacks blobs that nobody here needs.
            string tree = await Git.RunAsync(cancellationToken, "write-tree", "--missing-ok").ConfigureAwait(false);
            string message = isReplacing && commits.Count == 0 ? CommitMessage.Replacing(step.Step.Message, branch.File) : step.Step.Message;
            head = (await Git.SucceedAsync(Encoding.UTF8.GetBytes(message), ["commit-tree", tree, "-p", head], Signature(step.Step.At), cancellationToken).ConfigureAwait(false)).Trim();
            commits.Add(new PlannedCommit(head, step.Step.Node, message, [branch.File]));
            blob = content;
        }

        string diff = await Git.SucceedAsync(
            null, ["diff-tree", "-r", "-p", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", branch.Base, head, "--", branch.File], null, cancellationToken).ConfigureAwait(false);
        return branch with { Head = head, Commits = commits.ToImmutable(), Diff = diff, IsReplacing = isReplacing };
    }

    /// <summary>A filter makes something else of a file, such as a pointer to where Git LFS keeps it, or a secret: none runs here, and without it the file would be a wrong one.</summary>
    /// <exception cref="GitHubException">The repository's own attributes name one.</exception>
    private async Task RefuseFilterAsync(string file, CancellationToken cancellationToken)
    {
        string[] said = (await Git.SucceedAsync(null, ["check-attr", "-z", "--cached", "filter", "--", file], null, cancellationToken).ConfigureAwait(false)).Split('\0');
        if (said is [_, _, not ("unspecified" or "unset" or "set") and var filter, ..])
        {
            throw new GitHubException($"{file} goes through the filter '{filter}' by the repository's .gitattributes{(filter == "lfs" ? " (Git LFS)" : "")}, and no filter runs here: nothing is written over it. Add the line '{file} -filter' there, push that, and try again.");
        }
    }

    private async Task<string> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        (await Git.SucceedAsync(bytes, ["hash-object", "-w", "--no-filters", "--stdin"], null, cancellationToken).ConfigureAwait(false)).Trim();

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _lock.Dispose();
    }

    /// <summary>The mode that the file has or is to have, and the blob that it holds; an empty one where it is new.</summary>
    private async Task<(string Mode, string Blob)> EntryAsync(string commit, string file, CancellationToken cancellationToken)
    {
        string[] parts = file.Split('/');
        (string Mode, string Blob) found = (RegularFile, "");
        for (int count = 1; count <= parts.Length; count++)
        {
            string path = string.Join('/', parts[..count]);
            GitResult listed = await Git.TryAsync(null, ["ls-tree", "-z", commit, "--", path], null, cancellationToken).ConfigureAwait(false);
            if (listed.ExitCode != 0)
            {
                throw new GitHubException($"The commit {commit[..8]} that the pull request would go to is not here whole ({listed.Errors.Trim()}): fetch it.");
            }

            if (listed.Output.Length == 0)
            {
                return found;
            }

            string[] facts = listed.Output.Split('\t', 2)[0].Split(' ');
            bool isFile = count == parts.Length;
            if (facts is not [RegularFile or ExecutableFile, _, _] && isFile)
            {
                throw new GitHubException($"{path} is no plain file in the repository (but {Kind(facts[0])}): nothing is written over it.");
            }

            if (facts[0] != Folder && !isFile)
            {
                throw new GitHubException($"{path} is no plain folder in the repository (but {Kind(facts[0])}): nothing is written through it.");
            }

            found = isFile ? (facts[0], facts[2]) : found;
        }

        return found;
    }

    private static string Kind(string mode) => mode switch
    {
        "120000" => "a link",
        "160000" => "a submodule",
        Folder => "a folder",
        _ => "a file",
    };

    /// <summary>Nobody's account, and the moment that the log tells: the same each time.</summary>
    private static Dictionary<string, string> Signature(DateTimeOffset at)
    {
        string date = string.Create(CultureInfo.InvariantCulture, $"@{Math.Max(0, at.ToUnixTimeSeconds())} +0000");
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GIT_AUTHOR_NAME"] = Author,
            ["GIT_AUTHOR_EMAIL"] = Address,
            ["GIT_AUTHOR_DATE"] = date,
            ["GIT_COMMITTER_NAME"] = Author,
            ["GIT_COMMITTER_EMAIL"] = Address,
            ["GIT_COMMITTER_DATE"] = date,
        };
    }
}
