using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Slurm;

/// <summary>
/// The folder by which runner and node speak about one job. The result is there whole or not at all: it appears by a
/// rename, after every byte of it and of its files is on disk, and the runner takes it by another rename, once.
/// </summary>
internal sealed class ExecutionFolder(string path)
{
    // A file server may show a folder's new entry before its bytes, or later.
    private static readonly TimeSpan VisibilityPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    internal string Path => path;

    internal string Output => In("output");

    /// <summary>What srun said.</summary>
    internal string Log => In("srun");

    private string Job => In("job.json");

    private string Code => In("code");

    private string Started => In("started");

    private string Result => In("result.json");

    internal void WriteJob(NodeJob job, ReadOnlySpan<byte> code)
    {
        Directory.CreateDirectory(path);
        File.WriteAllBytes(Code, code);
        File.WriteAllBytes(Job, JsonSerializer.SerializeToUtf8Bytes(job, NodeJson.Default.NodeJob));
    }

    internal (NodeJob Job, byte[] Code) ReadJob() =>
        (JsonSerializer.Deserialize(File.ReadAllBytes(Job), NodeJson.Default.NodeJob)!, File.ReadAllBytes(Code));

    internal void WriteStarted(string node) => File.WriteAllText(Started, node);

    /// <summary>The node on which the job's program has begun; null where it was not seen to.</summary>
    internal string? StartedOn() => Exists(Started) ? File.ReadAllText(Started) : null;

    internal void WriteFile(int number, ReadOnlySpan<byte> bytes) => WriteDurably(FileOf(number), bytes);

    internal void Commit(NodeResult result)
    {
        string draft = $"{Result}.new";
        WriteDurably(draft, JsonSerializer.SerializeToUtf8Bytes(result, NodeJson.Default.NodeResult));
        File.Move(draft, Result, overwrite: false);
    }

    internal bool HasResult() => Exists(Result);

    /// <summary>Waits until the result can be seen. False where it can't within that time.</summary>
    internal bool AwaitResult(TimeSpan patience, SafeFileHandle cancelled)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!HasResult())
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(start) > patience || Descriptors.Wait(Look, cancelled)[0])
            {
                return HasResult();
            }
        }

        return true;
    }

    /// <summary>Takes the result, which must be there.</summary>
    /// <exception cref="SandboxException">Its files can't be read as the node wrote them.</exception>
    internal (NodeResult Result, IReadOnlyList<CollectedFile> Files) Take()
    {
        string taken = In("taken.json");
        File.Move(Result, taken, overwrite: false);
        NodeResult result = JsonSerializer.Deserialize(File.ReadAllBytes(taken), NodeJson.Default.NodeResult)!;
        return (result, [.. result.Files.Select((file, number) => new CollectedFile(file.Name, file.Path, file.Digest is null ? null : ReadFile(number, file.Digest), file.Problem))]);
    }

    internal static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private ReadOnlyMemory<byte>? ReadFile(int number, string digest)
    {
        for (long start = System.Diagnostics.Stopwatch.GetTimestamp(); System.Diagnostics.Stopwatch.GetElapsedTime(start) < VisibilityPatience; Descriptors.Wait(Look))
        {
            if (File.Exists(FileOf(number)) && File.ReadAllBytes(FileOf(number)) is var bytes && Digest(bytes) == digest)
            {
                return bytes;
            }
        }

        throw new SandboxException($"{FileOf(number)} is not what the node wrote: the file system that the nodes share lost or changed it.");
    }

    private string FileOf(int number) => In(string.Create(CultureInfo.InvariantCulture, $"file-{number}"));

    private string In(string name) => System.IO.Path.Combine(path, name);

    /// <summary>Opening the folder anew makes a network file system look again.</summary>
    private bool Exists(string file)
    {
        Descriptors.TryOpen(path, Libc.OpenDirectory)?.Dispose();
        return File.Exists(file);
    }

    private static void WriteDurably(string file, ReadOnlySpan<byte> bytes)
    {
        using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }
}
