using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Storage.Database;
using AgentIde.Storage.Files;
using AgentIde.Storage.Ownership;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Storage.Reading;

/// <summary>The folders of a workspace's runs: finds them, and makes the next.</summary>
internal static class RunList
{
    private const int LongestTask = 60;

    /// <summary>
    /// Newest first, without a full read of any. A run that died before its first event is none; one whose database
    /// can't be read is listed by what its heads file says, so that it is not out of sight: opening it says why.
    /// </summary>
    public static ImmutableArray<RunListing> Read(string runs, CancellationToken cancellationToken)
    {
        PrivateFiles.RefuseLink(runs);
        List<RunListing> listings = [];
        foreach (RunFolder folder in Folders(runs))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool held = OwnerLock.IsHeld(folder.Lock);
            RunListing listing = Listing(folder, held);
            if (held || listing.Head > 0)
            {
                listings.Add(listing);
            }
        }

        return [.. listings.OrderByDescending(listing => listing.ChangedAt).ThenByDescending(listing => listing.Run.Value, StringComparer.Ordinal)];
    }

    /// <summary>Makes the folder of the next run of a task. Two processes that make one at the same time get two numbers.</summary>
    public static RunFolder MakeNext(string runs, string taskId)
    {
        string task = Slug(taskId);
        int last = Folders(runs).Select(folder => NumberOf(folder.Run, task)).DefaultIfEmpty(0).Max();
        while (true)
        {
            RunId run = RunId.Parse(string.Create(CultureInfo.InvariantCulture, $"{task}-{++last}"));
            string path = Path.Combine(runs, run.Value);
            if (Libc.TryMakeFolder(path))
            {
                Libc.SyncFolder(runs);
                return new RunFolder(run, path);
            }
        }
    }

    /// <summary>A task's id in lower-case letters, digits and inner hyphens.</summary>
    public static string Slug(string text)
    {
        StringBuilder slug = new();
        foreach (char c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }

            if (slug.Length == LongestTask)
            {
                break;
            }
        }

        string trimmed = slug.ToString().TrimEnd('-');
        return trimmed.Length > 0 ? trimmed : "run";
    }

    private static IEnumerable<RunFolder> Folders(string runs)
    {
        // Asking whether it exists would say no to somebody who may not look.
        using SafeFileHandle? opened = Libc.OpenRead(runs);
        if (opened is null)
        {
            yield break;
        }

        foreach (DirectoryInfo folder in new DirectoryInfo(runs).EnumerateDirectories())
        {
            if (folder.LinkTarget is null && RunId.TryParse(folder.Name, out RunId run))
            {
                yield return new RunFolder(run, folder.FullName);
            }
        }
    }

    private static RunListing Listing(RunFolder folder, bool held)
    {
        DateTimeOffset made = new(Directory.GetLastWriteTimeUtc(folder.Path), TimeSpan.Zero);
        if (!folder.HasDatabase)
        {
            return new RunListing(folder.Run, held ? Liveness.Live : Liveness.Interrupted, 0, made);
        }

        try
        {
            return StoreErrors.Translate(folder.Path, () =>
            {
                using RunReader reader = new(folder);
                return new RunListing(folder.Run, reader.LivenessOf(held), reader.Head.Seq, reader.LastAt ?? made);
            });
        }
        catch (RunStoreException)
        {
            long head = HeadsFile.Read(folder.Path) is [.., { } newest] ? newest.Seq : 0;
            return new RunListing(folder.Run, held ? Liveness.Live : Liveness.Interrupted, head, made);
        }
    }

    private static int NumberOf(RunId run, string task) =>
        run.Value.StartsWith($"{task}-", StringComparison.Ordinal)
        && int.TryParse(run.Value.AsSpan(task.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < int.MaxValue
            ? number
            : 0;
}
