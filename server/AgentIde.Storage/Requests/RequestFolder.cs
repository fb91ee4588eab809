using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage.Files;

namespace AgentIde.Storage.Requests;

/// <summary>
/// The requests that wait for the owner of a run, one small file each. Names begin with the time and so order them;
/// a file appears whole by a rename, and stays until it is answered. What is no request is renamed to <c>.rejected</c> and stays for a person to see:
/// a broken file must stop neither the owner nor the requests behind it.
/// </summary>
internal sealed class RequestFolder(string folder, TimeProvider time)
{
    /// <summary>One may hold a text of the user's that code was merged into.</summary>
    private const int LargestRequest = 1 << 20;
    private const string Pattern = "*.json";

    private static long _counter;

    private readonly HashSet<string> _read = [];

    /// <summary>Whether a request waits that was never read here. What was read and could not be answered waits for the next owner.</summary>
    public bool HasUnread => Directory.Exists(folder) && Waiting().Any(path => !_read.Contains(Path.GetFileName(path)));

    public void Leave(RunRequest request)
    {
        long microseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        string name = string.Create(CultureInfo.InvariantCulture, $"{microseconds:D18}-{Environment.ProcessId:D10}-{Interlocked.Increment(ref _counter):D10}.json");
        PrivateFiles.MakeFolder(folder);
        PrivateFiles.Replace(Path.Combine(folder, name), RunJson.Write(request));
    }

    public ImmutableArray<WaitingRequest> Read()
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        PrivateFiles.RefuseLink(folder);
        ImmutableArray<WaitingRequest>.Builder waiting = ImmutableArray.CreateBuilder<WaitingRequest>();
        foreach (string path in Waiting().Order(StringComparer.Ordinal))
        {
            if (Read(path) is { } request)
            {
                string name = Path.GetFileName(path);
                _read.Add(name);
                waiting.Add(new WaitingRequest(name, request));
            }
            else
            {
                SetAside(path);
            }
        }

        return waiting.DrainToImmutable();
    }

    public void Remove(ImmutableArray<WaitingRequest> answered)
    {
        foreach (WaitingRequest request in answered)
        {
            File.Delete(Path.Combine(folder, request.Name));
            _read.Remove(request.Name);
        }
    }

    private IEnumerable<string> Waiting() =>
        Directory.EnumerateFileSystemEntries(folder, Pattern).Where(path => !Path.GetFileName(path).StartsWith('.'));

    private static void SetAside(string path)
    {
        string aside = $"{path}.rejected";
        if (File.GetAttributes(path).HasFlag(FileAttributes.Directory) && new FileInfo(path).LinkTarget is null)
        {
            Directory.Move(path, aside);
        }
        else
        {
            File.Move(path, aside, overwrite: true);
        }
    }

    private static RunRequest? Read(string path)
    {
        try
        {
            return PrivateFiles.ReadSmall(path, LargestRequest) is { } bytes ? RunJson.ReadRequest(bytes) : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // The reason shows in the file itself, which the caller sets aside.
            return null;
        }
    }
}
