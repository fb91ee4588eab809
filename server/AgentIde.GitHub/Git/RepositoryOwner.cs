using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentIde.GitHub.Git;

/// <summary>
/// Git's rule of <c>safe.directory</c>: a repository that another user of the machine laid above a folder is not read. Root,
/// who came by <c>sudo</c>, may read what belongs to whoever called it; a person's or the machine's configuration may name
/// repositories that are safe all the same.
/// </summary>
internal static partial class RepositoryOwner
{
    private const int OwnerOffset = 20;
    private const uint OwnerMask = 8;
    private const int NoFollow = 0x100;
    private const int CurrentFolder = -100;

    /// <param name="root">The folder that is checked out.</param>
    /// <exception cref="GitHubException">It belongs to somebody else; the message says what helps.</exception>
    public static void Check(string root, params string[] paths) => Check(root, paths, UserId(), Environment.GetEnvironmentVariable("SUDO_UID"), SafeFolders());

    /// <param name="sudo">The user who called <c>sudo</c>; null where nobody did.</param>
    /// <param name="safe">The values of <c>safe.directory</c>, in order; an empty one forgets those before it.</param>
    internal static void Check(string root, IEnumerable<string> paths, uint user, string? sudo, IEnumerable<string> safe)
    {
        uint? caller = user == 0 && uint.TryParse(sudo, CultureInfo.InvariantCulture, out uint known) ? known : null;
        if (paths.Prepend(root).FirstOrDefault(path => Of(path) is var owner && owner != user && owner != caller) is not { } strange)
        {
            return;
        }

        bool isSafe = false;
        foreach (string folder in safe)
        {
            isSafe = folder.Length > 0 && (isSafe || folder == "*" || folder.TrimEnd('/') == root || (folder.EndsWith("/*", StringComparison.Ordinal) && $"{root}/".StartsWith(folder[..^1], StringComparison.Ordinal)));
        }

        if (!isSafe)
        {
            throw new GitHubException($"{strange} belongs to another user of this machine ({Of(strange)}), so the repository in {root} is not read, as by git: clone it yourself, or, where you trust it, 'git config --global --add safe.directory {root}'.");
        }
    }

    /// <summary>Whether it belongs to the user of this process.</summary>
    internal static bool IsOurs(string path) => Of(path) == UserId();

    /// <summary>The owner of a file, or of a link itself.</summary>
    internal static uint Of(string path)
    {
        byte[] facts = new byte[256];
        return Status(CurrentFolder, path, NoFollow, OwnerMask, facts) == 0
            ? BinaryPrimitives.ReadUInt32LittleEndian(facts.AsSpan(OwnerOffset))
            : throw new GitHubException($"{path} can't be looked at: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>What the person and the machine say, never the workspace.</summary>
    private static IEnumerable<string> SafeFolders()
    {
        string home = Environment.GetEnvironmentVariable("HOME") ?? "/nonexistent";
        string configuration = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } named ? named : Path.Combine(home, ".config");
        return new[] { "/etc/gitconfig", Path.Combine(configuration, "git", "config"), Path.Combine(home, ".gitconfig") }
            .Where(File.Exists)
            .SelectMany(file => GitConfigText.Read(File.ReadAllText(file)).Values("safe", "directory"));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Status(int folder, string path, int flags, uint mask, [Out] byte[] facts);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();
}
