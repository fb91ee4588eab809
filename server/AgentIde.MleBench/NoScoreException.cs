namespace AgentIde.MleBench;

/// <summary>A submission that gets no score. The message says what is wrong with it, for whoever made it.</summary>
internal sealed class NoScoreException : Exception
{
    public NoScoreException(string message)
        : base(message)
    {
    }

    public NoScoreException()
    {
    }

    public NoScoreException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
