using System.Security.Cryptography;
using AgentIde.Core.Runs;
using AgentIde.Storage.Files;

namespace AgentIde.Storage;

/// <summary>
/// The secret of a workspace, from which the salts of its splits are made: 32 random bytes, made once. Whoever knows it
/// knows which rows are the holdout, so a file that others can read, as one that came with a repository is, is refused.
/// </summary>
public static class WorkspaceSecret
{
    public const int Length = 32;

    private const UnixFileMode Others = ~PrivateFiles.FileMode;

    /// <summary>Processes that ask at the same time get the same bytes.</summary>
    /// <exception cref="RunStoreException">The file is not what this program made, or can't be read or made.</exception>
    public static byte[] ReadOrCreate(string workspace) => StoreErrors.Translate(workspace, () =>
    {
        string path = Path.Combine(StorePlace.MakeWorkspaceFolder(workspace), "secret");
        return Read(path) ?? Make(path);
    });

    /// <summary>The secret; null where there is none, for whoever only reads and makes none.</summary>
    /// <exception cref="RunStoreException">The file is not what this program made, or can't be read.</exception>
    public static byte[]? TryRead(string workspace) =>
        StoreErrors.Translate(workspace, () => Read(Path.Combine(Path.GetFullPath(workspace), StorePlace.FolderName, "secret")));

    private static byte[]? Read(string path)
    {
        if (PrivateFiles.ReadSmall(path, Length) is not { } bytes)
        {
            return null;
        }

        if ((File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new RunStoreException(
                $"Others can read {path}, so it may have come with the repository. Delete it and a new one is made (new runs then can't be compared with old ones), or, if it is yours, chmod 600 it.");
        }

        return bytes.Length == Length
            ? bytes
            : throw new RunStoreException($"{path} has {bytes.Length} bytes instead of {Length}: delete it and a new one is made.");
    }

    private static byte[] Make(string path)
    {
        string aside = PrivateFiles.WriteAside(path, RandomNumberGenerator.GetBytes(Length), PrivateFiles.FileMode);
        bool first = Libc.TryLink(aside, path);
        File.Delete(aside);
        Libc.SyncFolder(Path.GetDirectoryName(path)!);
        return Read(path) ?? throw new IOException($"{path} vanished while it was {(first ? "made" : "read")}.");
    }
}
