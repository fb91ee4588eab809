using AgentIde.Cli.Commands;
using AgentIde.GitHub;
using AgentIde.Models.Keys;

namespace AgentIde.Cli.PullRequests;

/// <summary>The tokens of the environment, by the names that GitHub's own command line knows: one of github.com goes to no other server.</summary>
internal static class GitHubTokens
{
    private static readonly string[] GitHub = ["GH_TOKEN", "GITHUB_TOKEN"];
    private static readonly string[] Enterprise = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
    private static readonly string[] Models = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AGENTIDE_API_KEY"];

    /// <exception cref="CommandException">There is none.</exception>
    public static Token Of(RepositoryName repository)
    {
        string[] names = Names(repository);
        return Find(repository) ?? throw new CommandException(ExitCode.Missing, $"There is no token for {repository.Host}: set {names[0]} to one that may write contents and pull requests, such as by 'export {names[0]}=$(gh auth token{(repository.IsOnGitHub ? "" : $" --hostname {repository.Host}")})'.");
    }

    /// <summary>Null where there is none.</summary>
    public static Token? Find(RepositoryName repository) => Names(repository).Select(Value).OfType<string>().FirstOrDefault() is { } token ? new Token(token) : null;

    private static string[] Names(RepositoryName repository) => repository.IsOnGitHub ? GitHub : Enterprise;

    /// <summary>What has the form of a key gets into no text, and what is one here neither.</summary>
    public static Redactor Redactor() => new([.. GitHub.Concat(Enterprise).Concat(Models).Select(Value).OfType<string>().Select(value => new Secret(value))]);

    private static string? Value(string name) =>
        Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value && value.All(letter => letter is > ' ' and <= '~') ? value : null;
}
