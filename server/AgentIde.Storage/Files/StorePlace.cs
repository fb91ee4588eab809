using System.Security.Cryptography;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Storage.Files;

/// <summary>
/// Where the runs of a workspace lie: in its <c>.agentide</c>, or in the user's state folder where the workspace is on
/// a network file system. The place is always computed, never read from the workspace: a file in it could lead anywhere.
/// </summary>
/// <param name="Runs">Absolute path of the folder of all runs.</param>
/// <param name="Notice">Said once to the user where the place is not the usual one.</param>
internal sealed record StorePlace(string Workspace, string Runs, string? Notice)
{
    public const string FolderName = ".agentide";

    private const string PointerName = "runs-are-elsewhere.txt";

    /// <summary>The folder of what all runs spend on models, a file for each day.</summary>
    public string Spending => Path.Combine(Path.GetDirectoryName(Runs)!, "spending");

    /// <exception cref="RunStoreException">Neither the workspace nor the state folder lies on a local disk.</exception>
    public static StorePlace Of(string workspace, Func<string, string?> networkFileSystem, string stateFolder)
    {
        string absolute = Path.GetFullPath(workspace);
        if (!Directory.Exists(absolute))
        {
            throw new RunStoreException($"The workspace {absolute} is not there.");
        }

        if (networkFileSystem(absolute) is not { } network)
        {
            return new StorePlace(absolute, Path.Combine(absolute, FolderName, "runs"), null);
        }

        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(absolute)))[..16];
        string place = Path.Combine(stateFolder, "agentide", $"{Path.GetFileName(absolute)}-{digest}");
        if (networkFileSystem(NearestExisting(place)) is { } other)
        {
            throw new RunStoreException(
                $"Runs need a local disk: the workspace {absolute} lies on {network} and the state folder {stateFolder} on {other}. Set XDG_STATE_HOME to a folder on a local disk.");
        }

        return new StorePlace(absolute, Path.Combine(place, "runs"), $"The runs of this workspace are kept in {place}, because {absolute} lies on a network file system ({network}).");
    }

    /// <summary>The state folder by the XDG base directory specification.</summary>
    public static string UserStateFolder() =>
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state)
            ? state
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");

    /// <summary>Makes the folders, keeps them out of version control, and leaves a pointer where the runs are elsewhere.</summary>
    public void Make()
    {
        MakeWorkspaceFolder(Workspace);
        PrivateFiles.RefuseLink(Path.GetDirectoryName(Runs)!);
        PrivateFiles.MakeFolder(Runs);
        string pointer = Path.Combine(Workspace, FolderName, PointerName);
        if (Notice is not null && !File.Exists(pointer))
        {
            PrivateFiles.Replace(pointer, Encoding.UTF8.GetBytes($"{Notice}\n"));
        }
    }

    /// <summary>Makes <c>.agentide</c> with its <c>.gitignore</c> and returns its path.</summary>
    public static string MakeWorkspaceFolder(string workspace)
    {
        string folder = Path.Combine(Path.GetFullPath(workspace), FolderName);
        PrivateFiles.MakeFolder(folder);
        string ignore = Path.Combine(folder, ".gitignore");
        if (!File.Exists(ignore))
        {
            PrivateFiles.Replace(ignore, "*\n"u8);
        }

        return folder;
    }

    private static string NearestExisting(string path)
    {
        string current = path;
        while (!Directory.Exists(current))
        {
            current = Path.GetDirectoryName(current) ?? "/";
        }

        return current;
    }
}
