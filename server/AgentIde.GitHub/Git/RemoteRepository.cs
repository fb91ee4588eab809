using System.Text.RegularExpressions;
using AgentIde.Core.PullRequests;

namespace AgentIde.GitHub.Git;

/// <summary>
/// A repository elsewhere, spoken to over HTTPS or SSH by our own one. Nothing there is ever overwritten: a branch is made where
/// there is none, or goes on from what it holds, and the server is told what we saw there, so that what somebody pushed
/// meanwhile stays. The token goes from the environment to git's question for a password: no argument, address, file or
/// configuration has it, and no redirection takes it elsewhere. Over SSH the user's own agent and keys let us in, by the
/// user's own settings and none of a workspace's; nothing is asked of anybody.
/// </summary>
public sealed partial class RemoteRepository
{
    /// <summary>What git's network code asks of the environment, and a user's own machine may need.</summary>
    private static readonly string[] NetworkVariables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"];

    /// <summary>What ssh asks of the environment; a command of the user's own may name keys.</summary>
    private static readonly string[] ShellVariables = ["HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "GIT_SSH", "GIT_SSH_VARIANT"];

    /// <summary>A question would wait for ever: an unknown host or a locked key is an error.</summary>
    private const string Shell = "ssh -o BatchMode=yes -o ConnectTimeout=30";

    /// <summary>Branches and tags that are looked for here.</summary>
    private const int MostNames = 10_000;

    private readonly OwnRepository _own;
    /// <summary>A depth that all of a history has.</summary>
    public const int Whole = int.MaxValue;

    private readonly string _address;
    private readonly Token? _token;

    /// <param name="address">HTTPS, or HTTP to this machine itself, without a user or a password; or SSH.</param>
    /// <param name="token">Of no use over SSH.</param>
    /// <exception cref="GitHubException">It is none of these.</exception>
    public RemoteRepository(OwnRepository own, Uri address, Token? token)
    {
        bool isNear = address.Scheme == Uri.UriSchemeHttp && address.IsLoopback;
        bool isShell = address.Scheme == "ssh";
        if ((address.Scheme != Uri.UriSchemeHttps && !isNear && !isShell) || (address.UserInfo.Length > 0 && !isShell) || address.Query.Length > 0)
        {
            throw new GitHubException($"{address.Scheme}://{address.Authority}{address.AbsolutePath} is not spoken to: only https and ssh addresses are.");
        }

        _own = own;
        _address = address.AbsoluteUri;
        _token = isShell ? null : token;
        own.Git.Set("GIT_ALLOW_PROTOCOL", address.Scheme);
        if (isShell)
        {
            own.Git.Set("GIT_SSH_COMMAND", Shell);
            own.Git.Set("SSH_ASKPASS_REQUIRE", "force");
        }

        // A program of the user's own goes before the command of ours.
        if (isShell && Environment.GetEnvironmentVariable("GIT_SSH") is { Length: > 0 } && Environment.GetEnvironmentVariable("GIT_SSH_COMMAND") is null or "")
        {
            own.Git.Unset("GIT_SSH_COMMAND");
        }

        foreach (string variable in isShell ? ShellVariables : isNear ? [] : NetworkVariables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            {
                own.Git.Set(variable, value);
            }
        }
    }

    /// <summary>Without a token.</summary>
    internal string Address => _address;

    /// <summary>The commit that a branch stands at there; null where there is no such branch.</summary>
    /// <exception cref="GitHubException">It can't be asked; the message says why and what helps.</exception>
    public async Task<string?> ReadAsync(string branch, CancellationToken cancellationToken)
    {
        string reference = $"refs/heads/{branch}";
        if (!WorkspaceRepository.IsReference(reference))
        {
            throw new GitHubException($"'{branch}' can't be the name of a branch.");
        }

        string listed = await SayAsync(["ls-remote", "--quiet", _address, reference], cancellationToken).ConfigureAwait(false);
        return listed.Split('\n').Select(line => line.Split('\t')).Where(line => line is [var name, var known] && known == reference && ObjectName().IsMatch(name)).Select(line => line[0]).FirstOrDefault();
    }

    /// <summary>Brings a commit of a branch here, unless it is, with no more of its history than is needed to build on it, and without its large files where the server knows how.</summary>
    /// <exception cref="GitHubException">It can't be brought.</exception>
    /// <param name="depth">How many commits of its history.</param>
    public async Task FetchAsync(string branch, string commit, CancellationToken cancellationToken, int depth = 1)
    {
        // A server may take no commits on top of one whose history we lack and it does not have.
        bool isCut = depth == Whole && File.Exists(Path.Combine(_own.Path, "own.git", "shallow"));
        GitResult known = await _own.Git.TryAsync(null, ["cat-file", "-e", $"{commit}^{{tree}}"], null, cancellationToken).ConfigureAwait(false);
        if (known.ExitCode != 0 || isCut)
        {
            await SayAsync(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", $"--depth={depth}", .. depth == Whole ? Array.Empty<string>() : ["--filter=blob:limit=1m"], _address, $"refs/heads/{branch}"], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes a branch there, or moves it on to a commit that comes from what it holds.</summary>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="GitHubException">It holds commits that ours don't come from, or the server refuses.</exception>
    public async Task<bool> PushAsync(string branch, string head, CancellationToken cancellationToken)
    {
        string? there = await ReadAsync(branch, cancellationToken).ConfigureAwait(false);
        if (there == head)
        {
            return false;
        }

        if (there is not null && (await _own.Git.TryAsync(null, ["merge-base", "--is-ancestor", there, head], null, cancellationToken).ConfigureAwait(false)).ExitCode != 0)
        {
            throw new GitHubException($"The branch {branch} holds commits there that ours don't come from (up to {there[..8]}): they are kept, and nothing was pushed. Merge or delete the branch, and try again.");
        }

        // The lease says what we saw; that it may force is of no use, since we come from it.
        await SayAsync(["push", "--quiet", "--porcelain", "--no-verify", "--recurse-submodules=no", $"--force-with-lease=refs/heads/{branch}:{there}", _address, $"{head}:refs/heads/{branch}"], cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// Whether a branch there and a commit here come from one history. Where no branch or tag there is known here, its commits
    /// are read, without files; that is done in this repository of our own, which is of no use for building on them afterwards.
    /// </summary>
    /// <param name="tip">The commit that the branch stands at.</param>
    /// <param name="ours">A commit of the workspace, whose history is here whole.</param>
    /// <exception cref="GitHubException">It can't be asked.</exception>
    internal async Task<bool> IsRelatedAsync(string branch, string tip, string ours, CancellationToken cancellationToken)
    {
        string listed = await SayAsync(["ls-remote", "--quiet", _address], cancellationToken).ConfigureAwait(false);
        string names = string.Concat(listed.Split('\n').Select(line => line.Split('\t')[0]).Where(name => ObjectName().IsMatch(name)).Distinct().Take(MostNames).Select(name => $"{name}\n"));
        string known = await _own.Git.SucceedAsync(System.Text.Encoding.ASCII.GetBytes(names), ["cat-file", "--batch-check=%(objecttype)"], null, cancellationToken).ConfigureAwait(false);
        if (known.Split('\n').Any(kind => kind is "commit" or "tag"))
        {
            return true;
        }

        await SayAsync(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=tree:0", _address, $"refs/heads/{branch}"], cancellationToken).ConfigureAwait(false);
        return (await _own.Git.TryAsync(null, ["merge-base", tip, ours], null, cancellationToken).ConfigureAwait(false)).ExitCode == 0;
    }

    /// <summary>Whether the repository answers and has a branch: one that is being made does not yet.</summary>
    /// <exception cref="GitHubException">It can't be asked.</exception>
    public async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await SayAsync(["ls-remote", "--quiet", "--heads", _address], cancellationToken).ConfigureAwait(false)).Length > 0;
        }
        catch (GitHubException missing) when (missing.Message.StartsWith("There is no repository", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private async Task<string> SayAsync(string[] arguments, CancellationToken cancellationToken)
    {
        Dictionary<string, string> secret = new(StringComparer.Ordinal);
        if (_token is not null)
        {
            secret["GIT_ASKPASS"] = await AskPassAsync(cancellationToken).ConfigureAwait(false);
            secret[TokenVariables.Git] = _token.Reveal();
        }

        GitResult result = await _own.Git.TryAsync(null, arguments, secret, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output : throw Refusal(arguments[0], $"{result.Output}\n{result.Errors}");
    }

    /// <summary>A program that answers git's questions from the environment; it holds no secret itself.</summary>
    private async Task<string> AskPassAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(_own.Path, "askpass");
        if (!File.Exists(path))
        {
            await File.WriteAllTextAsync(path, $"#!/bin/sh\ncase \"$1\" in Username*) echo x-access-token ;; *) printf '%s\\n' \"${TokenVariables.Git}\" ;; esac\n", cancellationToken).ConfigureAwait(false);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>What a server's answer means and what helps; it may be a stranger's text.</summary>
    private GitHubException Refusal(string command, string said)
    {
        string text = _token?.Clean(said) ?? said;
        bool Says(string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
        bool isOvertaken = Says("stale info") || Says("fetch first") || Says("non-fast-forward") || Says("cannot lock ref") || Says("already exists") || Says("failed to update ref");
        // Another token, or key, may do it.
        bool isMissing = Says("Authentication failed") || Says("could not read Username") || Says("could not read Password") || Says("error: 401")
            || Says("error: 403") || Says("Permission to") || Says("Write access to repository not granted") || Says("Permission denied (");
        return isOvertaken
            ? new GitHubException("Somebody pushed to the branch meanwhile: nothing was overwritten. Try again.") { IsOvertaken = true }
            : new GitHubException(Why(command, text, Says), isMissing && !Says("protected branch") && !Says("GH006") && !Says("GH013") && !Says("archived"));
    }

    private string Why(string command, string text, Func<string, bool> Says)
    {
        string path = new Uri(_address).AbsolutePath.Trim('/');
        string name = path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
        return Says("protected branch") || Says("GH006") || Says("GH013") ? $"A rule of {name} protects the branch: it takes no push. Ask whoever runs it to let branches named agentide/* be made."
            : Says("archived") ? $"{name} is archived: it takes no changes and no pull requests. Ask whoever owns it to unarchive it."
            : Says("Authentication failed") || Says("could not read Username") || Says("could not read Password") || Says("error: 401")
                ? _token is null ? $"{name} wants to know who you are: set GH_TOKEN to a token that may write contents and pull requests." : $"{name} did not take the token: it may have expired, or have been revoked. Set GH_TOKEN to one that may write contents and pull requests."
            : Says("error: 403") || Says("Permission to") || Says("Write access to repository not granted") ? $"The token may not write to {name}: it needs the permission to write contents, or you a fork."
            : Says("Host key verification failed") ? $"ssh does not know the host key of {new Uri(_address).Host}: connect once with 'ssh {new Uri(_address).UserInfo}@{new Uri(_address).Host}', compare the key, and try again."
            : Says("Permission denied (") ? $"{new Uri(_address).Host} let in none of your SSH keys: 'ssh-add -l' shows those of your agent; GIT_SSH_COMMAND may name another one."
            : Says("not found") || Says("error: 404") ? $"There is no repository {name} there, or the token may not see it."
            : Says("Could not resolve host") || Says("Failed to connect") || Says("Connection refused") ? $"{new Uri(_address).Authority} can't be reached: {LastLine(text)}"
            : $"git {command} failed: {LastLine(text)}";
    }

    /// <summary>The line that says most: what the server rejected, or the last one.</summary>
    private static string LastLine(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.LastOrDefault(line => line.Contains("rejected", StringComparison.Ordinal) || line.StartsWith("fatal:", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "it said nothing";
    }

    [GeneratedRegex(@"\A([0-9a-f]{40}|[0-9a-f]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectName();
}
