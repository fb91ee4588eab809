namespace AgentIde.Core.PullRequests;

/// <summary>What stands at GitHub around a pull request, as its text tells of it.</summary>
public sealed record Surroundings
{
    public static Surroundings None { get; } = new();

    /// <summary>Whether a person approved the last of the commits.</summary>
    public bool IsApproved { get; init; }

    /// <summary>Another open one that closes the same issue; null for none.</summary>
    public OtherPullRequest? Beside { get; init; }

    /// <summary>That of the run which this one branches from; null where there is none, or it is not known.</summary>
    public OtherPullRequest? Origin { get; init; }

    /// <summary>The solution file of another content that its base got after the branch was begun; null for none.</summary>
    public ChangedBase? Base { get; init; }
}

/// <param name="Name"><c>OWNER/NAME#3</c>.</param>
/// <param name="Run">The name of the run that it is of.</param>
public sealed record OtherPullRequest(string Name, string Run);

/// <param name="Branch">The base's name.</param>
/// <param name="File">The solution file, from the root of the repository.</param>
/// <param name="Commit">The last one of the base that changed the file, in hexadecimal digits.</param>
public sealed record ChangedBase(string Branch, string File, string Commit);
