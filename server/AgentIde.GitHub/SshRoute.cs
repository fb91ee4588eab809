namespace AgentIde.GitHub;

/// <summary>How a workspace's remote reaches its server by SSH. Who is let in is the user's own agent's and keys' affair.</summary>
/// <param name="User">Mostly <c>git</c>.</param>
/// <param name="Host">Without a port.</param>
/// <param name="Port">Null for the usual one.</param>
public sealed record SshRoute(string User, string Host, int? Port)
{
    public Uri AddressOf(RepositoryName repository) => new($"ssh://{User}@{Host}{(Port is { } port ? $":{port}" : "")}/{repository.Owner}/{repository.Name}.git");

    /// <summary>Whether it leads to the server of a repository: a token's server and the one that is pushed to are the same.</summary>
    public bool LeadsTo(RepositoryName repository) => string.Equals(Host, repository.Host.Split(':')[0], StringComparison.OrdinalIgnoreCase);
}
