namespace AgentIde.Sandbox.Slurm;

/// <summary>Hands on what a node appends to an output file, piece by piece, in bounded memory.</summary>
internal sealed class OutputFollower(string path, Action<ReadOnlyMemory<byte>>? listener) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private FileStream? _stream;

    internal void Pump()
    {
        if (listener is null || (_stream is null && !File.Exists(path)))
        {
            return;
        }

        _stream ??= new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        for (int count; (count = _stream.Read(_buffer)) > 0;)
        {
            // A copy: the listener may keep it.
            listener(_buffer.AsSpan(0, count).ToArray());
        }
    }

    public void Dispose() => _stream?.Dispose();
}
