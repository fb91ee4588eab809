using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Folders;

/// <summary>Whether there is room for files of rows, which are copied several times: it is said before, not by a full disk in the midst of it.</summary>
internal static class DiskSpace
{
    /// <param name="folder">Where to; it is there.</param>
    /// <param name="bytes">Of one copy.</param>
    /// <param name="whose">For people: <c>the search and the refit</c>.</param>
    /// <exception cref="TaskProblemException">There is no room.</exception>
    public static void Require(string folder, long bytes, int copies, string whose)
    {
        long free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        if (copies * bytes > free)
        {
            throw new TaskProblemException(FormattableString.Invariant(
                $"files of rows have {Gigabytes(bytes)} and are copied for {whose}, {Gigabytes(copies * bytes)} together, and {folder} has {Gigabytes(free)} left; free some, or keep them on another disk"));
        }
    }

    private static string Gigabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e9:0.#} GB");
}
