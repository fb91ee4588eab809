using AgentIde.Core.Runs;

namespace AgentIde.Storage.Files;

/// <summary>The folder of one run and what stands in it.</summary>
internal sealed record RunFolder(RunId Run, string Path)
{
    public string Lock => In("lock");

    public string Control => In("control");

    public string View => In("view");

    /// <summary>Whether the run was ever made in full: its database appears last.</summary>
    public bool HasDatabase => File.Exists(Database.Connections.PathIn(Path));

    public void MakeSubfolders()
    {
        foreach (string name in (ReadOnlySpan<string>)["control", "view", "out", "work"])
        {
            PrivateFiles.MakeFolder(In(name));
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
