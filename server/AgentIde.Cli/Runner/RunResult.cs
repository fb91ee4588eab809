using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Runner;

/// <summary>The result of a run as files: <c>out/solution.py</c> (or <c>.cs</c>) and <c>out/submission.csv</c>, made from the store at any time.</summary>
internal static class RunResult
{
    /// <returns>The paths, absolute; null where the run has no valid solution.</returns>
    public static async Task<(string? Solution, string? Submission)> WriteAsync(SqliteRunStore store, Journal journal, CancellationToken cancellationToken)
    {
        if (journal is not { Choice: { Refit: { } refit } choice, Settings: { } settings })
        {
            return (null, null);
        }

        string folder = Path.Combine(store.FolderOf(settings.Run), "out");
        Directory.CreateDirectory(folder);
        string solution = await WriteAsync(store, settings.Run, journal[choice.Node].Code!.Value, Path.Combine(folder, settings.Language.FileName()), cancellationToken);
        string submission = await WriteAsync(store, settings.Run, refit.Submission, Path.Combine(folder, "submission.csv"), cancellationToken);
        return (solution, submission);
    }

    private static async Task<string> WriteAsync(SqliteRunStore store, RunId run, Digest blob, string path, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = await store.ReadBlobAsync(run, blob, cancellationToken);
        // A run that can only be read is shown as well as any other, so what is there already is left alone.
        if (new FileInfo(path) is { Exists: true, LinkTarget: null, Length: var length } && length == bytes.Length
            && Digest.Of(await File.ReadAllBytesAsync(path, cancellationToken)) == blob)
        {
            return path;
        }

        string aside = path + ".new";
        await File.WriteAllBytesAsync(aside, bytes, cancellationToken);
        File.Move(aside, path, overwrite: true);
        return path;
    }
}
