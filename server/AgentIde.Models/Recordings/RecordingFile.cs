namespace AgentIde.Models.Recordings;

/// <summary>
/// A recording under way: a new file for its owner alone, to which whole lines are added, each on disk before its reply
/// is handed on. Safe for several models at once. All text passes the redactor first.
/// </summary>
public sealed class RecordingFile : IAsyncDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly FileStream _file;

    private RecordingFile(FileStream file, Func<string, string> redact)
    {
        _file = file;
        Redact = redact;
    }

    internal Func<string, string> Redact { get; }

    /// <param name="redact">Takes keys and other secrets out of a text.</param>
    /// <exception cref="IOException">There is such a file already, or it can't be made; the message is for the user.</exception>
    public static RecordingFile Create(string path, Func<string, string> redact)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 0,
        };
        try
        {
            return new RecordingFile(new FileStream(path, options), redact);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                Path.Exists(path) ? $"There is a file {path} already, and a recording overwrites nothing: name another." : $"The recording {path} can't be written: {problem.Message}", problem);
        }
    }

    /// <summary>Not to be cancelled: what was answered is recorded.</summary>
    internal async Task AddAsync(RecordedExchange exchange)
    {
        byte[] line = exchange.ToLine();
        await _writing.WaitAsync();
        try
        {
            await _file.WriteAsync(line);
            _file.Flush(flushToDisk: true);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _writing.Dispose();
    }
}
