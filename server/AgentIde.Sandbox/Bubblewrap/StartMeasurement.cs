using System.Collections.Immutable;
using System.Diagnostics;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Seccomp;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox;

/// <summary>
/// What the engine adds to bubblewrap. One program that does nothing is executed by the engine (control groups, the
/// hold at the starting line, exit status, collection, clean-up) and by the same profile started bare, in turns.
/// </summary>
/// <param name="Engine">Median of whole executions.</param>
/// <param name="Bare">Median of the same profile without the engine.</param>
public sealed record StartMeasurement(TimeSpan Engine, TimeSpan Bare)
{
    public double Ratio => Engine / Bare;

    public static async Task<StartMeasurement> TakeAsync(BubblewrapOptions options, string inputFolder, int rounds, CancellationToken cancellationToken)
    {
        BubblewrapSandbox sandbox = new(options);
        ExecutionSpec spec = new(
            "empty", ProgramLanguage.Python, "pass\n"u8.ToArray(), inputFolder,
            ExecutionLimits.Default, [new OutputFile("submission", ["submission.csv"], 1 << 20)], ImmutableDictionary<string, string>.Empty);
        List<TimeSpan> engine = [], bare = [];
        for (int round = -1; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            await sandbox.ExecuteAsync(spec, null, cancellationToken);
            TimeSpan byEngine = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            RunBare(spec, options);
            TimeSpan byItself = Stopwatch.GetElapsedTime(start);
            if (round >= 0)
            {
                // The first is for the caches.
                engine.Add(byEngine);
                bare.Add(byItself);
            }
        }

        return new StartMeasurement(Median(engine), Median(bare));
    }

    private static void RunBare(ExecutionSpec spec, BubblewrapOptions options)
    {
        const string user = "60799";
        CandidateProgram program = PythonEnvironment.Program(options.Python);
        SyscallTable? calls = SyscallTable.OfThisMachine;
        List<string> arguments = [.. Profile.Write(spec, program, spec.InputFolder, [], null, calls is not null)];
        string[] asUser = Libc.EffectiveUser() == 0
            ? ["/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all", "--no-new-privs", "--"]
            : [];
        string[] command =
        [
            "/usr/bin/prlimit", "--core=0:0", "--nofile=1024:1024", $"--fsize={spec.Limits.DiskBytes}:{spec.Limits.DiskBytes}", "--",
            .. asUser, options.Bubblewrap ?? "/usr/bin/bwrap", "--args", $"{Profile.Arguments}", "--", .. program.Command,
        ];
        using SafeFileHandle nothing = Descriptors.Open("/dev/null", 2);
        using SafeFileHandle argumentsFile = Descriptors.Memory("arguments", string.Join('\0', arguments) + '\0');
        using SafeFileHandle filter = Descriptors.Memory("seccomp", calls is null ? [] : SeccompFilter.Write(calls));
        using SafeFileHandle shell = Descriptors.Open("/bin/sh", 0);
        using SafeFileHandle code = Descriptors.Memory("code", spec.Code.Span);
        using SafeFileHandle users = Descriptors.Memory("passwd", Profile.UserFile);
        using SafeFileHandle groups = Descriptors.Memory("group", Profile.GroupFile);
        using ChildProcess child = ChildProcess.Start(
            command, CommandLine.Environment, [nothing, nothing, nothing, nothing, nothing, argumentsFile, filter, nothing, shell, code, users, groups]);
        int status = child.Reap().Status;
        if (status != 0)
        {
            throw new SandboxException($"The bare profile ended with wait status {status}.");
        }
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);
}
