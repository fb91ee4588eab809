using AgentIde.Core.Runs;
using AgentIde.Storage.Files;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage;

/// <summary>What SQLite and the file system throw, as one clear line with the way out.</summary>
internal static class StoreErrors
{
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CantOpen = 14;
    private const int NotADatabase = 26;

    /// <param name="place">The folder that the work is about, for the message.</param>
    public static T Translate<T>(string place, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw Translated(place, error);
        }
    }

    /// <summary>The answer of blocking work as a task: failures and cancellation are the task's, never the caller's.</summary>
    public static Task<T> Answer<T>(string place, Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            return Task.FromResult(Translate(place, work));
        }
        catch (RunStoreException error)
        {
            return Task.FromException<T>(error);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }
    }

    public static RunStoreException Translated(string place, Exception error) => error switch
    {
        SqliteException { SqliteErrorCode: Full } => new($"The disk that holds {place} is full: nothing of this step was written. Free some space and go on.", error),
        SqliteException { SqliteErrorCode: ReadOnly } => new($"{place} can't be written (read-only file system or missing rights): runs need a folder of yours.", error),
        SqliteException { SqliteErrorCode: CantOpen } => new($"The database in {place} can't be opened: it is missing or the rights are, or the folder is read-only and lacks run.db-wal and run.db-shm; then copy it to a folder that can be written.", error),
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } => new($"The database in {place} is damaged ({error.Message}). Keep the folder, it is not repaired in place; start a new run.", error),
        SqliteException { SqliteErrorCode: Busy } => new($"The database in {place} is locked by another program for too long. Close what has it open and try again.", error),
        SqliteException => new($"The database in {place} can't be read or written: {error.Message} Check the disk and try again.", error),
        IOException { HResult: Libc.NoSpace } => new($"The disk that holds {place} is full: nothing of this step was written. Free some space and go on.", error),
        IOException { HResult: Libc.ReadOnlyFileSystem } => new($"{place} lies on a read-only file system: its runs can be read, but nothing can be written. Copy the workspace to a folder of yours.", error),
        IOException { HResult: Libc.AccessDenied } => new($"{place} is closed to {(Environment.UserName is { Length: > 0 } name ? name : "this user")}: runs are for the eyes of the user who started them. Work as that user.", error),
        UnauthorizedAccessException => new($"{error.Message} Runs need a folder of yours.", error),
        _ => new(error.Message, error),
    };
}
