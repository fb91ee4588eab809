namespace AgentIde.Cli.Runner;

/// <summary>Where files for executions are prepared: the run's own folder <c>work</c>, or, of a run that can only be read, one that goes with its user.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly bool _isScratch;

    private WorkFolder(string path, bool isScratch) => (Path, _isScratch) = (path, isScratch);

    /// <summary>Absolute; it is there.</summary>
    public string Path { get; }

    public static WorkFolder Of(string runFolder)
    {
        string work = System.IO.Path.Combine(runFolder, "work");
        try
        {
            Directory.CreateDirectory(work);
            string written = System.IO.Path.Combine(work, $".written-{Environment.ProcessId}");
            File.WriteAllBytes(written, []);
            File.Delete(written);
            return new WorkFolder(work, isScratch: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new WorkFolder(Directory.CreateTempSubdirectory("agentide-").FullName, isScratch: true);
        }
    }

    public void Dispose()
    {
        if (_isScratch)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
