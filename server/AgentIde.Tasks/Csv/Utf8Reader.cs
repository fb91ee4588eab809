using System.Buffers;
using System.Text.Unicode;

namespace AgentIde.Tasks.Csv;

/// <summary>
/// Strict UTF-8 as text: a byte order mark is passed over; bytes that are no UTF-8, NUL characters, and more bytes or
/// more fields in a record than allowed are a <see cref="CsvProblemException"/> that names the line.
/// </summary>
internal sealed class Utf8Reader(Stream bytes, long byteLimit, int fieldLimit) : TextReader
{
    private const int BlockSize = 64 * 1024;

    private readonly byte[] _block = new byte[BlockSize];
    private readonly FieldGuard _fields = new(fieldLimit);
    private int _start;
    private int _end;
    private long _read;
    private int _line = 1;
    private bool _atBeginning = true;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        while (true)
        {
            bool ended = !Fill();
            if (_start == _end)
            {
                return 0;
            }

            OperationStatus status = Utf8.ToUtf16(
                _block.AsSpan(_start, _end - _start), buffer, out int consumed, out int written, replaceInvalidSequences: false, isFinalBlock: ended);
            _start += consumed;
            Check(buffer[..written]);
            if (status == OperationStatus.InvalidData)
            {
                throw CsvProblemException.At(_line, "not UTF-8 text: save it as UTF-8");
            }

            if (written > 0)
            {
                return written;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bytes.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>False at the end of the stream.</summary>
    private bool Fill()
    {
        if (_end - _start > 4)
        {
            return true;
        }

        _block.AsSpan(_start, _end - _start).CopyTo(_block);
        (_start, _end) = (0, _end - _start);
        int got;
        try
        {
            got = bytes.ReadAtLeast(_block.AsSpan(_end), 4, throwOnEndOfStream: false);
        }
        catch (InvalidDataException broken)
        {
            throw CsvProblemException.At(_line, "the gzip data are damaged or cut off", broken);
        }

        _end += got;
        _read += got;
        if (_read > byteLimit)
        {
            throw CsvProblemException.At(_line, $"larger than {byteLimit:N0} bytes");
        }

        if (_atBeginning)
        {
            _atBeginning = false;
            PassByteOrderMark();
        }

        return got >= 4;
    }

    private void PassByteOrderMark()
    {
        ReadOnlySpan<byte> beginning = _block.AsSpan(0, _end);
        if (beginning.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || beginning.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw CsvProblemException.At(1, "UTF-16 text: save it as UTF-8");
        }

        if (beginning.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            _start = 3;
        }
    }

    private void Check(ReadOnlySpan<char> text)
    {
        int nul = text.IndexOf('\0');
        _line += (nul < 0 ? text : text[..nul]).Count('\n');
        if (nul >= 0)
        {
            throw CsvProblemException.At(_line, "holds a NUL character");
        }

        if (_fields.Pass(text) is int excess and >= 0)
        {
            throw CsvProblemException.At(_line - text[excess..].Count('\n'), $"more than {fieldLimit:N0} fields");
        }
    }
}
