using System.Collections.Immutable;
using System.IO.Compression;
using Sylvan.Data.Csv;

namespace AgentIde.Tasks.Csv;

/// <summary>
/// The records of a CSV file, one after the other, in bounded memory: comma-separated, UTF-8, gzipped or not, with a
/// header of different names. Whatever is wrong is a <see cref="CsvProblemException"/> that names the line. Empty
/// lines are passed over, as pandas does.
/// </summary>
internal sealed class CsvRecords : IDisposable
{
    private readonly CsvDataReader _reader;
    private readonly CsvLimits _limits;
    private int _nextLine = 1;

    // Without it the runtime takes a gzip file that was cut off for a shorter one.
    static CsvRecords() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private CsvRecords(CsvDataReader reader, CsvLimits limits)
    {
        _reader = reader;
        _limits = limits;
        Header = ReadHeader();
    }

    public ImmutableArray<string> Header { get; }

    /// <summary>1-based line where the current record begins.</summary>
    public int Line { get; private set; }

    /// <summary>Data rows read so far.</summary>
    public int Rows { get; private set; }

    /// <summary>The text of a field, quotes taken off; valid until the next read.</summary>
    public ReadOnlySpan<char> this[int column] => _reader.GetFieldSpan(column);

    /// <param name="bytes">Owned from here on. Gzip is recognised by its first bytes.</param>
    public static CsvRecords Open(Stream bytes, CsvLimits limits)
    {
        Utf8Reader text = new(Inflate(bytes), limits.Bytes, limits.RecordFields);
        try
        {
            CsvDataReader reader = CsvDataReader.Create(text, new CsvDataReaderOptions
            {
                Delimiter = ',',
                HasHeaders = false,
                ResultSetMode = ResultSetMode.SingleResult,
                CsvStyle = CsvStyle.Standard,
                // A first field may begin with '#'. NUL never comes this far.
                Comment = '\0',
                BufferSize = Math.Min(64 * 1024, limits.RecordCharacters),
                MaxBufferSize = limits.RecordCharacters,
                OwnsReader = true,
            });
            return new CsvRecords(reader, limits);
        }
        catch (Exception failure) when (failure is CsvFormatException or CsvRecordTooLargeException)
        {
            text.Dispose();
            throw Problem(failure, 1, limits);
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    /// <summary>False at the end.</summary>
    public bool Read()
    {
        while (Advance())
        {
            if (_reader.RowFieldCount == 1 && Header.Length > 1 && this[0].IsEmpty)
            {
                continue;
            }

            if (_reader.RowFieldCount != Header.Length)
            {
                throw CsvProblemException.At(Line, $"{Count(_reader.RowFieldCount, "field")} where the header has {Header.Length}");
            }

            if (Rows == _limits.Rows)
            {
                throw CsvProblemException.At(Line, $"more than {Count(_limits.Rows, "row")}");
            }

            Rows++;
            return true;
        }

        return false;
    }

    public void Dispose() => _reader.Dispose();

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count:N0} {what}s";

    private static Stream Inflate(Stream bytes)
    {
        if (!bytes.CanSeek)
        {
            throw new ArgumentException("The stream must be seekable.", nameof(bytes));
        }

        Span<byte> beginning = stackalloc byte[2];
        int got = bytes.ReadAtLeast(beginning, 2, throwOnEndOfStream: false);
        bytes.Position -= got;
        return got == 2 && beginning is [0x1F, 0x8B] ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
    }

    private static CsvProblemException Problem(Exception failure, int line, CsvLimits limits) => failure switch
    {
        CsvRecordTooLargeException => CsvProblemException.At(line, $"longer than {limits.RecordCharacters:N0} characters; is a quote never closed?", failure),
        CsvInvalidCharacterException when failure.Message.Contains("end of the input", StringComparison.Ordinal) =>
            CsvProblemException.At(line, "a quote is never closed", failure),
        CsvInvalidCharacterException => CsvProblemException.At(line, "text follows a closing quote; a quote within a field is written twice", failure),
        _ => CsvProblemException.At(line, "not CSV", failure),
    };

    private ImmutableArray<string> ReadHeader()
    {
        while (Advance())
        {
            int count = _reader.RowFieldCount;
            if (count == 1 && this[0].IsEmpty)
            {
                continue;
            }

            if (count > _limits.Columns)
            {
                throw CsvProblemException.At(Line, $"{count:N0} columns, more than the {_limits.Columns:N0} allowed");
            }

            HashSet<string> seen = new(StringComparer.Ordinal);
            ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>(count);
            for (int column = 0; column < count; column++)
            {
                string name = this[column].ToString();
                if (name.Length == 0)
                {
                    throw CsvProblemException.At(Line, $"column {column + 1} has no name (with pandas: to_csv(…, index=False))");
                }

                if (!seen.Add(name))
                {
                    throw CsvProblemException.At(Line, $"two columns are called '{Shown.Text(name)}'");
                }

                names.Add(name);
            }

            return names.MoveToImmutable();
        }

        throw new CsvProblemException("the file is empty");
    }

    private bool Advance()
    {
        Line = _nextLine;
        try
        {
            if (!_reader.Read())
            {
                return false;
            }
        }
        catch (Exception failure) when (failure is CsvFormatException or CsvRecordTooLargeException)
        {
            throw Problem(failure, Line, _limits);
        }

        _nextLine = Line + 1;
        for (int column = 0; column < _reader.RowFieldCount; column++)
        {
            _nextLine += this[column].Count('\n');
        }

        return true;
    }
}
