using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Sandbox.Docker;

/// <summary>What the keeper is told of one program; its code follows.</summary>
/// <param name="Code">Bytes of the code.</param>
/// <param name="Time">Seconds.</param>
/// <param name="Output">Most bytes of it.</param>
/// <param name="Filter">Of system calls, as the kernel reads it; empty for none.</param>
/// <param name="Counted">Whether the control groups that the container sees are its own.</param>
/// <param name="Collect">Every path at which an output may be.</param>
internal sealed record KeeperWork(
    int Code,
    string File,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    int User,
    int Processes,
    double Time,
    long Output,
    byte[] Filter,
    bool Counted,
    ImmutableArray<WantedFile> Collect);

internal sealed record WantedFile(long MaximumBytes, string Path);

/// <summary>What the keeper says when every process is dead.</summary>
/// <param name="Reason"><c>ended</c>, <c>time</c>, <c>output</c> or <c>cancelled</c>.</param>
/// <param name="Status">The candidate's wait status, where it ended by itself.</param>
/// <param name="Peak">Bytes of memory; where they are not counted, of the largest process.</param>
/// <param name="Kills">By the kernel, for memory.</param>
/// <param name="Dead">Whether really all are; else something hangs in the kernel, and nothing was taken.</param>
internal sealed record KeeperEnd(string Reason, int? Status, double Seconds, double Cpu, long Peak, long Kills, bool Dead);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeeperWork))]
[JsonSerializable(typeof(KeeperEnd))]
internal sealed partial class KeeperJson : JsonSerializerContext;
