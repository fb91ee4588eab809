namespace AgentIde.GitHub;

/// <summary>What keeps a pull request from being made, in one message for whoever asks, with the way out.</summary>
/// <param name="isMissing">Whether a thing is missing that can be got, such as git itself.</param>
public sealed class GitHubException(string message, bool isMissing = false, Exception? inner = null) : Exception(message, inner)
{
    public bool IsMissing => isMissing;
}
