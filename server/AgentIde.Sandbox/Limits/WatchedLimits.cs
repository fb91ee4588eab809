using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Limits;

/// <summary>
/// For a user without control groups. The number of processes is a resource limit inside the candidate's own user
/// namespace. Memory is looked at from outside, every few milliseconds, and too much of it ends the candidate: what
/// its processes hold, the files in its memory file systems, and the kernel's memory for those files' names. More files
/// than a file system may hold count as too much.
/// </summary>
internal sealed class WatchedLimits : IResourceLimits
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public string Name => "resource limits";

    public bool EnforcesMemory => false;

    public bool ProcessesByRlimit => true;

    public string Remedy => "start agentide in a systemd user session, or as root where control groups are writable";

    public IResourceGroup CreateGroup(string name, ExecutionLimits limits) => new Watched(limits.MemoryBytes);

    private sealed class Watched(long limit) : IResourceGroup
    {
        // An inode of tmpfs with its directory entry.
        private const long BytesPerFile = 1024;

        private Candidate? _candidate;
        private (long Resident, long Proportional) _before;
        private long _peak;
        private int _kills;

        public IReadOnlyList<string> Folders => [];

        public IReadOnlyList<string> EntryFiles => [];

        public IReadOnlyList<string> CommandPrefix => [];

        public IReadOnlyList<string> Environment => [];

        public TimeSpan? WatchInterval => Interval;

        public void BoundProcesses(int count)
        {
        }

        public void Started(Candidate candidate)
        {
            _candidate = candidate;

            // The libraries of a warm Python, in each copy.
            _before = (ResidentBytes(candidate.Id), candidate.Processes.Sum(ProportionalBytes));
        }

        public bool Watch()
        {
            if (_kills > 0 || _candidate is null)
            {
                return false;
            }

            Libc.FileSystemStatus[] folders = [.. _candidate.MemoryFileSystems.Select(FileSystem)];
            long files = folders.Sum(Bytes);
            int[] processes = [.. _candidate.Processes];
            long used = files + processes.Sum(process => Math.Max(0, ResidentBytes(process) - _before.Resident));
            if (used > limit)
            {
                // Pages that forked processes share were counted for each of them: now the exact, slower sum.
                used = files + Math.Max(0, processes.Sum(ProportionalBytes) - _before.Proportional);
            }

            _peak = Math.Max(_peak, used);
            if (used <= limit && !folders.Any(folder => Files(folder) > MemoryFolders.Files))
            {
                return false;
            }

            _kills++;
            return true;
        }

        public int OutOfMemoryKills() => _kills;

        public long PeakMemoryBytes() => _peak;

        public void Dispose()
        {
        }

        private static Libc.FileSystemStatus FileSystem(SafeFileHandle folder)
        {
            Descriptors.Check(Libc.FileSystemStatusOf(folder.Number(), out Libc.FileSystemStatus status), "fstatfs");
            return status;
        }

        private static long Bytes(Libc.FileSystemStatus status) => ((long)(status.Blocks - status.BlocksFree) * status.BlockSize) + (Files(status) * BytesPerFile);

        private static long Files(Libc.FileSystemStatus status) => (long)(status.Files - status.FilesFree);

        private static long ResidentBytes(int process) =>
            Read($"/proc/{process}/statm", text => long.Parse(text.Split(' ')[1], CultureInfo.InvariantCulture) * System.Environment.SystemPageSize);

        private static long ProportionalBytes(int process) => Read($"/proc/{process}/smaps_rollup", text =>
        {
            string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(4).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
        });

        private static long Read(string path, Func<string, long> parse)
        {
            try
            {
                string text = File.ReadAllText(path);
                return text.Length == 0 ? 0 : parse(text);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The process has ended meanwhile, or is between two programs; the next look sees it.
                return 0;
            }
        }
    }
}
