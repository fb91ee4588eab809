using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Sandboxes;

/// <summary>
/// The only place where candidate code runs. An execution never falls back to the host: an engine that isn't there
/// is an error that says how to get it, and what an engine can't guarantee is told in its report.
/// </summary>
public interface ISandbox
{
    /// <summary>Its name on the command line: <c>bubblewrap</c>.</summary>
    string Engine { get; }

    /// <summary>Runs small attacks inside the sandbox and reports which guarantees were seen to hold.</summary>
    Task<SandboxReport> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Executes one candidate and returns after every process of it is dead and its outputs are collected.
    /// Whatever the candidate does comes back as a result; only a failure of the engine itself throws
    /// <see cref="SandboxException"/>. Cancellation kills the candidate.
    /// </summary>
    /// <param name="output">Gets each piece of merged standard output and error as it comes; may be null.</param>
    Task<ExecutionResult> ExecuteAsync(ExecutionSpec spec, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken);
}

/// <summary>The engine failed, not the candidate. The message says what to do.</summary>
public sealed class SandboxException(string message, Exception? inner = null) : Exception(message, inner);

/// <param name="Name">Names the execution for people and for what is left after a crash: <c>diamonds-3-node-7-1</c>.</param>
/// <param name="Code">The program's bytes, in its own folder: the source, or for <see cref="ExecutionStep.Run"/> in C# the compiled assembly.</param>
/// <param name="InputFolder">Absolute path of the folder that the candidate sees read-only as <c>./input</c>.</param>
/// <param name="Collect">What to collect afterwards, by paths relative to the candidate's folder.</param>
public sealed record ExecutionSpec(
    string Name,
    ProgramLanguage Language,
    ReadOnlyMemory<byte> Code,
    string InputFolder,
    ExecutionLimits Limits,
    ImmutableArray<OutputFile> Collect,
    ImmutableDictionary<string, string> Environment)
{
    public ExecutionStep Step { get; init; } = ExecutionStep.Run;

    /// <summary>Whether more executions over the same input are to come: then it pays for an engine to have the next one ready.</summary>
    public bool IsOneOfMany { get; init; }
}

/// <summary>What is done with a program. Compiling is work on a stranger's text and has its place in the sandbox too.</summary>
public enum ExecutionStep
{
    Run,
    /// <summary>Leaves <see cref="ProgramLanguages.Assembly"/> to be collected, and errors on standard output, one a line.</summary>
    Compile,
}

/// <param name="OutputBytes">Standard output and error together; more kills the candidate.</param>
/// <param name="DiskBytes">Size of the candidate's own folder; /tmp and /dev/shm have a quarter of it each.</param>
public sealed record ExecutionLimits(TimeSpan Time, long MemoryBytes, int Processes, long DiskBytes, long OutputBytes, int Cores)
{
    public static ExecutionLimits Default { get; } = new(TimeSpan.FromMinutes(10), 8L << 30, 256, 2L << 30, 1L << 30, 2);

    /// <summary>Where the heap of a .NET program ends: what is left is for native libraries, which it doesn't count.</summary>
    public long ManagedHeapBytes => MemoryBytes / 4 * 3;
}

/// <param name="Name">What the result calls it: <c>submission</c>.</param>
/// <param name="Paths">Where it may be, the first that exists wins.</param>
public sealed record OutputFile(string Name, ImmutableArray<string> Paths, long MaximumBytes);

/// <param name="Seconds">Wall time by the monotonic clock.</param>
/// <param name="Output">Merged standard output and error: the head and the tail where it was long.</param>
/// <param name="OutputBytes">How much it wrote in all.</param>
public sealed record ExecutionResult(
    Ending Ending,
    int? ExitCode,
    int? Signal,
    bool OutOfMemory,
    double Seconds,
    double CpuSeconds,
    long PeakMemoryBytes,
    ReadOnlyMemory<byte> Output,
    long OutputBytes,
    ImmutableArray<CollectedFile> Files)
{
    /// <summary>What the engine knows beyond <see cref="Ending"/>, for people: <c>Slurm job 85 was cancelled by somebody</c>; null mostly.</summary>
    public string? Why { get; init; }
}

/// <param name="Path">Where it lay; null where it was not there.</param>
/// <param name="Bytes">Null where it was not there or was refused.</param>
/// <param name="Problem">Why it was refused: <c>not a regular file</c>, <c>larger than 64 MiB</c>; or a warning beside the bytes.</param>
public sealed record CollectedFile(string Name, string? Path, ReadOnlyMemory<byte>? Bytes, string? Problem);

/// <summary>How an execution ended, the most telling first: our own kill beats a memory kill beats a signal.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Ending>))]
public enum Ending
{
    [JsonStringEnumMemberName("exited")]
    Exited,
    [JsonStringEnumMemberName("signalled")]
    Signalled,
    [JsonStringEnumMemberName("out-of-memory")]
    OutOfMemory,
    [JsonStringEnumMemberName("time-out")]
    TimeOut,
    [JsonStringEnumMemberName("output-flood")]
    OutputFlood,
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
