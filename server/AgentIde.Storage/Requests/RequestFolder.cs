using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage.Files;

namespace AgentIde.Storage.Requests;

/// <summary>
/// The requests that wait for the owner of a run, one small file each. Names begin with the time and so order them;
/// a file appears whole by a rename. What is no request is renamed to <c>.rejected</c> and stays for a person to see:
/// a broken file must stop neither the owner nor the requests behind it.
/// </summary>
internal sealed class RequestFolder(string folder, TimeProvider time)
{
    private const int LargestRequest = 64 << 10;
    private const string Pattern = "*.json";

    private static long counter;

    public bool HasAny => Directory.Exists(folder) && Waiting().Any();

    public void Leave(RunRequest request)
    {
        long microseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        string name = string.Create(CultureInfo.InvariantCulture, $"{microseconds:D18}-{Environment.ProcessId:D10}-{Interlocked.Increment(ref counter):D10}.json");
        PrivateFiles.MakeFolder(folder);
        PrivateFiles.Replace(Path.Combine(folder, name), RunJson.Write(request));
    }

    public ImmutableArray<RunRequest> Take()
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        PrivateFiles.RefuseLink(folder);
        ImmutableArray<RunRequest>.Builder taken = ImmutableArray.CreateBuilder<RunRequest>();
        foreach (string path in Waiting().Order(StringComparer.Ordinal))
        {
            if (Read(path) is { } request)
            {
                taken.Add(request);
                File.Delete(path);
            }
            else
            {
                SetAside(path);
            }
        }

        return taken.DrainToImmutable();
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
