namespace AgentIde.Tasks.Drafting;

/// <summary>A file that a task folder lacks.</summary>
public sealed class DraftFile
{
    private readonly Action<Stream, CancellationToken> _write;

    internal DraftFile(string path, string what, Action<Stream, CancellationToken> write)
    {
        Path = path;
        What = what;
        _write = write;
    }

    /// <summary>Within the folder: <c>public/train.csv.gz</c>.</summary>
    public string Path { get; }

    /// <summary>For people: <c>a copy of train.csv.gz, which stays where it is</c>.</summary>
    public string What { get; }

    /// <summary>What it reads may be larger than memory.</summary>
    internal void Write(Stream output, CancellationToken cancellationToken) => _write(output, cancellationToken);
}
