using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using AgentIde.MleBench.Registry;

namespace AgentIde.Bench.Prepared;

/// <summary>What lies in a data folder of a competition, against what MLE-bench says should.</summary>
/// <param name="Missing">Paths within <c>prepared/</c>.</param>
/// <param name="Changed">Paths whose checksum is another than MLE-bench's.</param>
/// <param name="Bytes">Of all that lies there.</param>
/// <param name="SizeGb">Of the data where it is known, in gigabytes.</param>
/// <param name="Obstacle">Why no run can be made on it here, though its submissions can be graded; null for none, or where files are missing.</param>
/// <param name="Leaks">What gives answers away; null where nothing is known.</param>
/// <param name="Faults">What else is known to be wrong; null for nothing.</param>
public sealed record FolderCheck(
    string Id, FolderState State, ImmutableArray<string> Missing, ImmutableArray<string> Changed, long Bytes, double? SizeGb, string? Obstacle, string? Leaks, string? Faults)
{
    /// <param name="isHashed">Whether checksums are looked at, which reads each file.</param>
    /// <exception cref="BenchException">There is no such competition.</exception>
    public static async Task<FolderCheck> OfAsync(DataFolder data, string id, bool isHashed, CancellationToken cancellationToken)
    {
        string prepared = data.PreparedFolder(id);
        if (CompetitionRegistry.Find(id) is not { } competition)
        {
            data.Open(id, cancellationToken);
            return new FolderCheck(id, FolderState.Own, [], [], BytesOf(prepared), null, null, null, null);
        }

        ImmutableArray<string>.Builder missing = ImmutableArray.CreateBuilder<string>(), changed = ImmutableArray.CreateBuilder<string>();
        foreach (PreparedFile file in CompetitionFiles.Of(competition).Files)
        {
            string path = Path.Combine(prepared, file.Path);
            if (!File.Exists(path))
            {
                missing.Add(file.Path);
            }
            else if (isHashed && await Md5Async(path, cancellationToken) != file.Md5)
            {
                changed.Add(file.Path);
            }
        }

        FolderState state = !Directory.Exists(prepared) ? FolderState.Absent
            : missing.Count > 0 ? FolderState.Incomplete
            : changed.Count > 0 ? FolderState.Changed
            : isHashed ? FolderState.Verified
            : FolderState.Complete;
        return new FolderCheck(
            id, state, missing.ToImmutable(), changed.ToImmutable(), BytesOf(prepared), competition.SizeGb,
            state is FolderState.Absent or FolderState.Incomplete ? null : PreparedTask.Obstacle(data, id), competition.Leaks, competition.Faults);
    }

    private static long BytesOf(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : 0;

#pragma warning disable CA5351 // MLE-bench's checksums are MD5: they tell another version of a file, not an attack.
    private static async Task<string> Md5Async(string path, CancellationToken cancellationToken)
    {
        await using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await MD5.HashDataAsync(stream, cancellationToken));
    }
#pragma warning restore CA5351
}

[JsonConverter(typeof(JsonStringEnumConverter<FolderState>))]
public enum FolderState
{
    /// <summary>Nothing is there.</summary>
    [JsonStringEnumMemberName("absent")]
    Absent,

    /// <summary>Files are missing.</summary>
    [JsonStringEnumMemberName("incomplete")]
    Incomplete,

    /// <summary>All is there, and a file is not what MLE-bench's preparation makes.</summary>
    [JsonStringEnumMemberName("changed")]
    Changed,

    /// <summary>All is there; no checksum was looked at.</summary>
    [JsonStringEnumMemberName("complete")]
    Complete,

    /// <summary>All is there with MLE-bench's checksums.</summary>
    [JsonStringEnumMemberName("verified")]
    Verified,

    /// <summary>A sound task of one's own, of which MLE-bench says nothing.</summary>
    [JsonStringEnumMemberName("own")]
    Own,
}
