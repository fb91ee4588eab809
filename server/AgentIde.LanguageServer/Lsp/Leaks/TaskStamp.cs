using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Lsp.Leaks;

/// <summary>
/// Tells one content of a task's files from another: the text of task.yaml, of the data the names, sizes and times, for
/// they may have gigabytes.
/// </summary>
internal static class TaskStamp
{
    public const string DataFolder = "public";

    private const int LongestText = 1 << 20;

    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for lack of rights.</exception>
    public static Digest Of(string folder)
    {
        FileInfo task = new(Path.Combine(folder, "task.yaml"));
        StringBuilder stamp = new(task.Exists && task.Length <= LongestText ? Digest.Of(File.ReadAllBytes(task.FullName)).Hex : "");
        EnumerationOptions all = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        foreach (FileInfo file in new DirectoryInfo(Path.Combine(folder, DataFolder)).EnumerateFiles("*", all).OrderBy(file => file.FullName, StringComparer.Ordinal))
        {
            stamp.Append(CultureInfo.InvariantCulture, $"\n{file.FullName}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}");
        }

        return Digest.Of(stamp.ToString());
    }
}
