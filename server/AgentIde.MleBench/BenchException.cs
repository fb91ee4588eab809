namespace AgentIde.MleBench;

/// <summary>Something that whoever runs the benchmark can mend; the message says what, and the way out.</summary>
/// <param name="isMissing">Whether a needed thing is not there, and not merely wrong.</param>
public sealed class BenchException(string message, bool isMissing = false, Exception? inner = null) : Exception(message, inner)
{
    public bool IsMissing { get; } = isMissing;
}
