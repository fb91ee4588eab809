using System.Collections.Immutable;
using AgentIde.Cli.Commands;
using AgentIde.Core.PullRequests;
using AgentIde.GitHub;
using AgentIde.Models.Keys;

namespace AgentIde.Cli.PullRequests;

/// <summary>
/// Where a token comes from: the one that was handed over, else the environment by the names that GitHub's own command line
/// knows, else that command line. One of github.com goes to no other server.
/// </summary>
/// <param name="handed">By an editor, for the repository that its person agreed to; null for none.</param>
internal sealed class GitHubTokens(string? handed)
{
    private static readonly string[] Models = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AGENTIDE_API_KEY"];

    private readonly Dictionary<string, string?> _kept = new(StringComparer.Ordinal);

    /// <exception cref="CommandException">There is none.</exception>
    public async Task<Token> OfAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        return await FindAsync(repository, cancellationToken) ?? throw new CommandException(
            ExitCode.Missing,
            $"There is no token for {repository.Host}: sign in by 'gh auth login{(repository.IsOnGitHub ? "" : $" --hostname {repository.Host}")}', or set {repository.TokenVariable} to one that may write contents and pull requests.");
    }

    /// <summary>Null where there is none.</summary>
    public async Task<Token?> FindAsync(RepositoryName repository, CancellationToken cancellationToken) =>
        (Word(handed) ?? NamesOf(repository).Select(Value).OfType<string>().FirstOrDefault() ?? await KeptAsync(repository.Host, cancellationToken)) is { } token
            ? new Token(token)
            : null;

    /// <summary>What has the form of a key gets into no text, and what is one here neither.</summary>
    public Redactor Redactor() => new([.. TokenVariables.Set.Concat(Models).Select(Value).Append(Word(handed)).Concat(_kept.Values).OfType<string>().Select(value => new Secret(value))]);

    /// <summary>What gh keeps for a host: it is asked once.</summary>
    private async Task<string?> KeptAsync(string host, CancellationToken cancellationToken)
    {
        if (!_kept.TryGetValue(host, out string? token))
        {
            token = Word(await GitHubCommandLine.TokenAsync(host, CommonOptions.Workspace, cancellationToken));
            _kept.Add(host, token);
        }

        return token;
    }

    private static ImmutableArray<string> NamesOf(RepositoryName repository) => repository.IsOnGitHub ? TokenVariables.GitHub : TokenVariables.Enterprise;

    private static string? Value(string name) => Word(Environment.GetEnvironmentVariable(name));

    private static string? Word(string? text) => text?.Trim() is { Length: > 0 } value && value.All(letter => letter is > ' ' and <= '~') ? value : null;
}
