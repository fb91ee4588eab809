using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox;

/// <summary>The three memory file systems that a candidate can write to, where they were made before its sandbox.</summary>
internal sealed record MemoryFolders(string Box, string Temporary, string Shared)
{
    /// <summary>Files in each of them at most.</summary>
    internal const int Files = 200_000;

    internal const string OwnMode = "0700", OpenMode = "1777";

    internal static MemoryFolders? On(Stage? stage, int user, ExecutionLimits limits) => stage is null ? null : new MemoryFolders(
        stage.MakeFileSystem(user, OwnMode, limits.DiskBytes, Files),
        stage.MakeFileSystem(user, OpenMode, limits.DiskBytes / 4, Files),
        stage.MakeFileSystem(user, OpenMode, limits.DiskBytes / 4, Files));
}
