namespace AgentIde.GitHub;

/// <summary>What keeps a pull request from being made, in one message for whoever asks, with the way out.</summary>
/// <param name="isMissing">Whether a thing is missing that can be got, such as git itself, or a token that may do this.</param>
public sealed class GitHubException(string message, bool isMissing = false, Exception? inner = null) : Exception(message, inner)
{
    public bool IsMissing => isMissing;

    /// <summary>Whether somebody pushed to the branch between our look at it and our push: looking again may help.</summary>
    internal bool IsOvertaken { get; init; }
}
