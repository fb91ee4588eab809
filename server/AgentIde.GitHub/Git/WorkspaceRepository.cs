using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace AgentIde.GitHub.Git;

/// <summary>
/// The repository that a workspace's file lies in, read as data: no git runs in it, so none of its hooks, filters,
/// configuration or attributes do. Knows worktrees and submodules (<c>.git</c> is a file), packed references, shallow
/// clones and detached heads. What it names on the machine may be anything; nothing but object names is taken from there.
/// </summary>
public sealed partial class WorkspaceRepository
{
    private const int MaximumFile = 64 << 20;
    private const int MaximumSymbolic = 5;

    private readonly string _folder;
    private readonly string _common;
    private readonly GitConfigText _config;
    private readonly Lazy<Dictionary<string, string>> _packed;

    private WorkspaceRepository(string root, string folder, string common)
    {
        Root = root;
        _folder = folder;
        _common = common;
        _config = GitConfigText.Read(Text(Path.Combine(common, "config")) ?? "");
        _packed = new Lazy<Dictionary<string, string>>(ReadPacked);
    }

    /// <summary>The folder that is checked out.</summary>
    public string Root { get; }

    /// <summary>Where its objects lie.</summary>
    internal string Objects => RealPath.Of(Path.Combine(_common, "objects"));

    /// <summary><c>sha1</c> or <c>sha256</c>.</summary>
    internal string ObjectFormat => _config.Value("extensions", "objectformat")?.ToLowerInvariant() == "sha256" ? "sha256" : "sha1";

    /// <summary>Commits whose parents a shallow clone lacks.</summary>
    internal ImmutableArray<string> Shallow => [.. (Text(Path.Combine(_common, "shallow")) ?? "").Split('\n').Where(line => ObjectName().IsMatch(line))];

    /// <summary>The commit that is checked out; null where there is none yet.</summary>
    internal string? Head => Resolve("HEAD");

    /// <summary>The remotes whose address names a repository, <c>origin</c> first.</summary>
    public ImmutableArray<(string Remote, RepositoryName Repository)> Remotes =>
    [
        .. _config.Remotes
            .Where(remote => !remote.Name.StartsWith('-') && IsReference($"refs/remotes/{remote.Name}/HEAD"))
            .Select(remote => (remote.Name, RepositoryName.OfAddress(remote.Address)))
            .Where(remote => remote.Item2 is not null)
            .OrderBy(remote => remote.Name == "origin" ? 0 : 1)
            .Select(remote => (remote.Name, remote.Item2!)),
    ];

    /// <summary>How a remote is reached, where that is by SSH; null where it is not.</summary>
    public SshRoute? RouteOf(string remote) =>
        _config.Remotes.FirstOrDefault(known => known.Name == remote).Address is { } address ? RepositoryName.RouteOfAddress(address) : null;

    /// <summary>The repository whose checked-out folder the file lies in, the innermost one.</summary>
    /// <exception cref="GitHubException">There is none, or one that can't be read.</exception>
    public static WorkspaceRepository Find(string file)
    {
        string start = RealPath.Of(Path.GetDirectoryName(Path.GetFullPath(file))!);
        for (string? root = start; root is not null; root = Path.GetDirectoryName(root))
        {
            string entry = Path.Combine(root, ".git");
            if (Directory.Exists(entry))
            {
                return Checked(root, RealPath.Of(entry));
            }

            if (File.Exists(entry))
            {
                return Checked(root, Linked(root, entry));
            }
        }

        throw new GitHubException($"{start} lies in no git repository: go to the folder of one, or make it one with 'git init' and push it to GitHub.");
    }

    /// <summary>The path of a file from the root, as git writes it.</summary>
    /// <exception cref="GitHubException">Nothing of a run is written there.</exception>
    public string PathOf(string file)
    {
        string full = Path.Combine(RealPath.Of(Path.GetDirectoryName(Path.GetFullPath(file))!), Path.GetFileName(file));
        string path = Path.GetRelativePath(Root, full);
        bool isPlain = path.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.Any(char.IsControl) && !part.Contains('\\', StringComparison.Ordinal) && !part.Contains(':', StringComparison.Ordinal));
        return isPlain ? path : throw new GitHubException($"A run's code goes into no file such as {path}: no hidden folder, none that checks read, none outside of {Root}.");
    }

    /// <summary>The commit that a branch stands at: as it was last fetched from the remote, else as it is here.</summary>
    /// <param name="branch">Null for the remote's own, else the one that is checked out.</param>
    /// <param name="remote">Null where there is none.</param>
    /// <exception cref="GitHubException">There is no such branch.</exception>
    public (string Branch, string Commit) Base(string? branch, string? remote)
    {
        if (branch is not null)
        {
            return Commit(branch, remote) is { } named ? (branch, named) : throw new GitHubException($"There is no branch '{branch}' in {Root}: fetch it, or name another one with --base.");
        }

        string? head = Symbolic("HEAD", "refs/heads/");
        string?[] candidates = [remote is null ? null : Symbolic($"refs/remotes/{remote}/HEAD", $"refs/remotes/{remote}/"), head?.StartsWith("agentide/", StringComparison.Ordinal) == true ? null : head, "main", "master"];
        foreach (string candidate in candidates.OfType<string>())
        {
            if (Commit(candidate, remote) is { } commit)
            {
                return (candidate, commit);
            }
        }

        throw new GitHubException(head is not null && Resolve("HEAD") is null && _packed.Value.Count == 0
            ? $"The repository in {Root} has no commit yet, so there is no branch that a pull request could go to: commit and push something first."
            : $"Which branch the pull request is to go to can't be seen in {Root}: name it with --base.");
    }

    private static WorkspaceRepository Checked(string root, string folder)
    {
        string common = (Text(Path.Combine(folder, "commondir")) ?? "").Trim() is { Length: > 0 } named ? RealPath.Of(Path.GetFullPath(named, folder)) : folder;
        if (!File.Exists(Path.Combine(folder, "HEAD")) || !Directory.Exists(Path.Combine(common, "objects")))
        {
            throw new GitHubException($"{Path.Combine(root, ".git")} is no git repository that can be read: 'git -C {root} status' may tell more.");
        }

        RepositoryOwner.Check(root, Path.Combine(root, ".git"), folder, common);
        WorkspaceRepository repository = new(root, folder, common);
        return repository._config.Value("extensions", "refstorage") is { } storage && storage != "files"
            ? throw new GitHubException($"The repository in {root} keeps its branches as '{storage}', which is not understood: clone it without that.")
            : repository;
    }

    /// <summary>The folder that a <c>.git</c> file names.</summary>
    private static string Linked(string root, string entry)
    {
        const string start = "gitdir:";
        string text = Text(entry) ?? "";
        string folder = text.StartsWith(start, StringComparison.Ordinal) ? RealPath.Of(Path.GetFullPath(text[start.Length..].Trim(), root)) : "";
        if (folder.Length == 0 || !Directory.Exists(folder))
        {
            throw new GitHubException($"{entry} names no git repository that is there.");
        }

        // A worktree is known to its repository; a file that claims to be one is not.
        string? back = File.Exists(Path.Combine(folder, "commondir")) ? (Text(Path.Combine(folder, "gitdir")) ?? "").Trim() : null;
        return back is null || (back.Length > 0 && RealPath.Of(Path.GetFullPath(back, folder)) == RealPath.Of(entry))
            ? folder
            : throw new GitHubException($"{root} is no worktree of the repository that it names: 'git worktree repair' mends that.");
    }

    private string? Commit(string branch, string? remote) =>
        (remote is null ? null : Resolve($"refs/remotes/{remote}/{branch}")) ?? Resolve($"refs/heads/{branch}");

    /// <summary>The branch that a reference stands for, without the start of its name; null where it stands for none.</summary>
    private string? Symbolic(string reference, string start) =>
        Read(reference) is { } text && text.StartsWith("ref:", StringComparison.Ordinal) && text[4..].Trim() is var target && target.StartsWith(start, StringComparison.Ordinal) && IsReference(target)
            ? target[start.Length..]
            : null;

    private string? Resolve(string reference, int depth = 0)
    {
        if (depth > MaximumSymbolic || !IsReference(reference))
        {
            return null;
        }

        string? text = Read(reference);
        return text is null ? _packed.Value.GetValueOrDefault(reference)
            : text.StartsWith("ref:", StringComparison.Ordinal) ? Resolve(text[4..].Trim(), depth + 1)
            : ObjectName().IsMatch(text) ? text : null;
    }

    private string? Read(string reference) =>
        !IsReference(reference) ? null : (Text(Path.Combine(_folder, reference)) ?? Text(Path.Combine(_common, reference)))?.Trim();

    private Dictionary<string, string> ReadPacked()
    {
        Dictionary<string, string> packed = new(StringComparer.Ordinal);
        foreach (string line in (Text(Path.Combine(_common, "packed-refs")) ?? "").Split('\n'))
        {
            if (line.Split(' ', 2) is [var name, var reference] && ObjectName().IsMatch(name))
            {
                packed[reference.Trim()] = name;
            }
        }

        return packed;
    }

    /// <summary>
    /// A file's text; null where there is no such file, or one too large to be what it is taken for. What has no length is
    /// not opened: it may be a pipe that nobody writes to.
    /// </summary>
    private static string? Text(string path) => new FileInfo(path) is { Exists: true, Length: < MaximumFile } file ? file.Length == 0 ? "" : File.ReadAllText(path) : null;

    /// <summary>Whether a text is the name of a reference, and no way to another file.</summary>
    internal static bool IsReference(string name) => name == "HEAD" || (ReferenceForm().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal));

    [GeneratedRegex(@"\Arefs(/(?!\.)[^/\x00-\x20\x7F~^:?*\[\\]+(?<!\.lock)(?<!\.))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ReferenceForm();

    [GeneratedRegex(@"\A([0-9a-f]{40}|[0-9a-f]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectName();
}
