using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Sandbox.Warm;

/// <summary>What a zygote is asked for one execution. Descriptors beside it: code, output, ready, go, filter, then the files by which the copy enters its control groups.</summary>
/// <param name="Disk">Bytes of the candidate's folder; /tmp and /dev/shm have a quarter each.</param>
/// <param name="Files">Files in each memory file system.</param>
/// <param name="Rlimits">By their names in Python.</param>
internal sealed record WarmRequest(int Number, long Disk, int Files, ImmutableDictionary<string, long> Rlimits, SortedDictionary<string, string> Environment);

/// <summary>What a zygote says: that it is ready, that an execution has started, or that one has ended.</summary>
/// <param name="Process">The candidate's number inside the zygote's namespace.</param>
/// <param name="Keeper">Its keeper's, in the same.</param>
/// <param name="Status">The candidate's wait status.</param>
/// <param name="Seconds">Of CPU, with those of its children that it has waited for.</param>
internal sealed record WarmReport(
    bool? Ready = null,
    int? Threads = null,
    ImmutableArray<string>? Loaded = null,
    int? Started = null,
    int? Process = null,
    int? Keeper = null,
    int? Ended = null,
    int? Status = null,
    double? Seconds = null,
    long? Peak = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WarmRequest))]
[JsonSerializable(typeof(WarmReport))]
internal sealed partial class WarmJson : JsonSerializerContext;
