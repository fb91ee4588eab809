using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;

namespace AgentIde.Sandbox;

/// <summary>
/// What a candidate sees and may do, as bubblewrap's arguments: an empty, read-only root with the system's programs,
/// three memory file systems of fixed size to write in, no network, no capabilities, no way to more namespaces.
/// Nothing of the host can be written, and no host folder but the input and the interpreter is shown.
/// </summary>
internal static class Profile
{
    internal const string Box = "/box";
    internal const string Shell = "/.sandbox/sh";
    internal const string WarmProgram = "/.sandbox/zygote.py";

    private const int SandboxUser = 1000;

    /// <summary>Whose names the kernel's keys bear, and how many each user has: no namespace holds them apart.</summary>
    private static readonly string[] HiddenOfProc = ["/proc/keys", "/proc/key-users"];

    /// <summary>Descriptors of bubblewrap by number, beside standard input, output and error.</summary>
    internal const int Go = 3, Ready = 4, Arguments = 5, Seccomp = 6, Information = 7, ShellProgram = 8, Code = 9, Users = 10, Groups = 11;

    internal static string UserFile => $"candidate:x:{SandboxUser}:{SandboxUser}:candidate:{Box}:/bin/false\n";

    internal static string GroupFile => $"candidate:x:{SandboxUser}:\n";

    /// <summary>
    /// Holds the candidate until the outside has a hand on it, and its exit status until it was read. It runs from a
    /// copy that its user may execute but not read, which makes the kernel close its memory to the candidate.
    /// </summary>
    internal const string KeeperScript =
        "exec 5>&2 2>/dev/null; ( ( printf r >&4; read -r go <&3 || exit 1; exec 2>&5 3<&- 4>&- 5>&-; exec \"$@\" ); exit $? ); exit $?";

    /// <param name="memory">What the candidate can write to; null where bubblewrap is to make it, without a bound on the number of files.</param>
    internal static IReadOnlyList<string> Write(
        ExecutionSpec spec, CandidateProgram program, string inputFolder, IReadOnlyList<(string Source, string Target)> binds, MemoryFolders? memory, bool hasSeccomp)
    {
        ExecutionLimits limits = spec.Limits;
        List<string> arguments = ["--disable-userns", "--assert-userns-disabled", .. System()];
        arguments.AddRange(["--perms", "0111", "--ro-bind-data", Text(ShellProgram), Shell]);
        arguments.AddRange(["--proc", "/proc", .. HiddenOfProc.Where(File.Exists).SelectMany(path => new[] { "--ro-bind", "/dev/null", path }), "--remount-ro", "/proc", "--dev", "/dev"]);
        arguments.AddRange([.. Memory(memory?.Shared, MemoryFolders.OpenMode, limits.DiskBytes / 4, "/dev/shm"), "--remount-ro", "/dev"]);
        arguments.AddRange(Memory(memory?.Temporary, MemoryFolders.OpenMode, limits.DiskBytes / 4, "/tmp"));
        arguments.AddRange(Memory(memory?.Box, MemoryFolders.OwnMode, limits.DiskBytes, Box));
        arguments.AddRange(["--dir", $"{Box}/working", "--ro-bind", inputFolder, $"{Box}/input", "--file", Text(Code), $"{Box}/{program.File}"]);
        foreach ((string source, string target) in binds)
        {
            // After the memory file systems, or one of them would hide a folder beneath /tmp.
            arguments.AddRange(["--ro-bind", source, target]);
        }

        arguments.AddRange(["--chdir", Box, "--remount-ro", "/"]);
        foreach ((string name, string value) in Variables(spec, program))
        {
            arguments.AddRange(["--setenv", name, value]);
        }

        if (hasSeccomp)
        {
            arguments.AddRange(["--seccomp", Text(Seccomp)]);
        }

        arguments.AddRange(["--info-fd", Text(Information), "--as-pid-1"]);
        return arguments;
    }

    /// <summary>
    /// Where a warm Python waits: the same system, without what each execution gets of its own. It may make namespaces,
    /// since it makes those of the candidates, and has the right to begin processes in them, which reaches no further than
    /// its own user namespace; a candidate's code never runs in it.
    /// </summary>
    internal static IReadOnlyList<string> WriteWarm(CandidateProgram program, string inputFolder, IReadOnlyList<(string Source, string Target)> binds, int cores)
    {
        List<string> arguments = [.. System(), "--cap-add", "CAP_SYS_ADMIN", "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"];
        arguments.AddRange(["--dir", "/tmp", "--dir", Box, "--ro-bind", inputFolder, "/input", "--ro-bind-data", Text(Code), WarmProgram]);
        foreach ((string source, string target) in binds)
        {
            arguments.AddRange(["--ro-bind", source, target]);
        }

        arguments.AddRange(["--chdir", "/", "--remount-ro", "/"]);
        foreach ((string name, string value) in CommonVariables(program, cores))
        {
            arguments.AddRange(["--setenv", name, value]);
        }

        arguments.AddRange(["--info-fd", Text(Information), "--as-pid-1"]);
        return arguments;
    }

    private static List<string> System()
    {
        List<string> arguments =
        [
            "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
            "--uid", Text(SandboxUser), "--gid", Text(SandboxUser), "--hostname", "sandbox",
            "--ro-bind", "/usr", "/usr",
        ];
        foreach (string name in (string[])["bin", "sbin", "lib", "lib32", "lib64"])
        {
            // Links into /usr on most systems, folders of their own on some.
            FileSystemInfo entry = new DirectoryInfo($"/{name}");
            if (entry.Exists)
            {
                arguments.AddRange(entry.LinkTarget is { } target ? ["--symlink", target, $"/{name}"] : ["--ro-bind", $"/{name}", $"/{name}"]);
            }
        }

        arguments.AddRange(["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]);
        arguments.AddRange(["--ro-bind-data", Text(Users), "/etc/passwd", "--ro-bind-data", Text(Groups), "/etc/group"]);
        return arguments;
    }

    private static string[] Memory(string? made, string mode, long bytes, string target) =>
        made is not null ? ["--bind", made, target] : ["--perms", mode, "--size", Text(bytes), "--tmpfs", target];

    internal static SortedDictionary<string, string> Variables(ExecutionSpec spec, CandidateProgram program)
    {
        SortedDictionary<string, string> variables = CommonVariables(program, spec.Limits.Cores);
        variables["AGENTIDE_TIME_LIMIT"] = Text((long)Math.Max(1, spec.Limits.Time.TotalSeconds));
        foreach ((string name, string value) in spec.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }

    private static SortedDictionary<string, string> CommonVariables(CandidateProgram program, int cores)
    {
        string number = Text(cores);
        SortedDictionary<string, string> variables = new(StringComparer.Ordinal)
        {
            ["PATH"] = program.Path,
            ["HOME"] = Box,
            ["PWD"] = Box,
            ["TMPDIR"] = "/tmp",
            ["LANG"] = "C.UTF-8",
            ["AGENTIDE_CORES"] = number,
            ["OMP_NUM_THREADS"] = number,
            ["GOMP_SPINCOUNT"] = "1000", // A thread that waits for others gives its core to who has work: see decision 206.
            ["OPENBLAS_NUM_THREADS"] = number,
            ["MKL_NUM_THREADS"] = number,
            ["NUMEXPR_NUM_THREADS"] = number,
            ["LOKY_MAX_CPU_COUNT"] = number,
        };
        foreach ((string name, string value) in program.Variables)
        {
            variables[name] = value;
        }

        return variables;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
