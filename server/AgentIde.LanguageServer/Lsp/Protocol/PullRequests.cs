namespace AgentIde.LanguageServer.Lsp.Protocol;

// agentide/githubToken: a request to editors with sessions at GitHub of their own (client capability experimental.agentideGitHubToken).

/// <param name="Host">Such as <c>github.com</c>, with its port where it has one: the only server that the token goes to.</param>
/// <param name="Repository"><c>OWNER/NAME</c>.</param>
internal sealed record GitHubTokenParams(string Host, string Repository);

/// <summary>No record: nothing that prints it may show what is in it.</summary>
internal sealed class GitHubTokenResult
{
    /// <summary>Null where there is no session.</summary>
    public string? Token { get; init; }
}
