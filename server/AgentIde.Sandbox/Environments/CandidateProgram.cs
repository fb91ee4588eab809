namespace AgentIde.Sandbox.Environments;

/// <summary>How a program is started in the sandbox.</summary>
/// <param name="File">What its bytes are called in the candidate's folder.</param>
/// <param name="Command">The first is an absolute path.</param>
/// <param name="Folders">Outside /usr, shown read-only at their own place.</param>
/// <param name="Path">What the candidate has as PATH.</param>
/// <param name="Variables">Of the environment, beside those that every program gets.</param>
internal sealed record CandidateProgram(
    string File,
    IReadOnlyList<string> Command,
    IReadOnlyList<string> Folders,
    string Path,
    IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>Folders of model weights, shown read-only as <see cref="ModelPath"/>.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    internal static string ModelPath(string folder) => $"/models/{System.IO.Path.GetFileName(folder)}";
}
