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

    /// <exception cref="CommandException">There is none, or what is there can't be one.</exception>
    public async Task<Token> OfAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        return await FindAsync(repository, cancellationToken) ?? throw new CommandException(
            ExitCode.Missing,
            $"There is no token for {repository.Host}: sign in by 'gh auth login{(repository.IsOnGitHub ? "" : $" --hostname {repository.Host}")}', or set {repository.TokenVariable} to one that may write contents and pull requests.");
    }

    /// <summary>Null where there is none.</summary>
    /// <exception cref="CommandException">What is there first can't be one.</exception>
    public async Task<Token?> FindAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        IEnumerable<(string Source, string? Text)> given = [("standard input", Word(handed)), .. NamesOf(repository).Select(name => (name, Word(Environment.GetEnvironmentVariable(name))))];
        (string? source, string? text) = given.FirstOrDefault(one => one.Text is not null);
        (source, text) = text is not null ? (source, text) : ("'gh auth token'", await KeptAsync(repository.Host, cancellationToken));
        return text is null ? null
            : Token.Refusal(text) is not { } refusal ? new Token(text)
            : throw new CommandException(ExitCode.Missing, $"The token of {source} {refusal}, and can't be sent: give the token alone, as 'gh auth token' prints it.");
    }

    /// <summary>What has the form of a key gets into no text, and what is one here neither; of what can't be one, each word is taken for one.</summary>
    public Redactor Redactor() => new(
    [
        .. TokenVariables.Set.Concat(Models).Select(name => Word(Environment.GetEnvironmentVariable(name))).Append(Word(handed)).Concat(_kept.Values).OfType<string>()
            .SelectMany(value => value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(word => Token.Refusal(word) is null).Select(word => new Secret(word)),
    ]);

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

    private static string? Word(string? text) => text?.Trim() is { Length: > 0 } value ? value : null;
}
