namespace AgentIde.Models.Commands;

/// <summary>The lines of a stream, none of which may be longer than a limit. What comes after the last line break is no line.</summary>
internal sealed class BoundedLines(Stream stream, int longest)
{
    private byte[] _buffer = new byte[16 << 10];
    private int _start;
    private int _end;

    /// <returns>The line without its line break; null at the end.</returns>
    /// <exception cref="InvalidDataException">The line is longer than the limit.</exception>
    public async Task<byte[]?> ReadAsync()
    {
        int searched = 0;
        while (true)
        {
            int found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                byte[] line = _buffer[_start..(_start + searched + found)];
                _start += searched + found + 1;
                return line;
            }

            searched = _end - _start;
            if (searched > longest)
            {
                throw new InvalidDataException($"A line is longer than {longest:N0} bytes.");
            }

            MakeRoom();
            int count = await stream.ReadAsync(_buffer.AsMemory(_end));
            if (count == 0)
            {
                return null;
            }

            _end += count;
        }
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        byte[] room = _start > _buffer.Length / 2 ? _buffer : new byte[2 * _buffer.Length];
        Buffer.BlockCopy(_buffer, _start, room, 0, _end - _start);
        (_buffer, _start, _end) = (room, 0, _end - _start);
    }
}
