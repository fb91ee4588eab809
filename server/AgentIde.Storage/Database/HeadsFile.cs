using System.Buffers;
using System.Globalization;
using System.Text;
using AgentIde.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Storage.Database;

/// <summary>
/// The heads of a run, written and synced beside the database after each commit and before anybody is told of it: a
/// commit that the database forgets (a bit flipped in its log silently drops all that follow) still stands here. The
/// file is a ring of lines of one width, laid out in full when the run is made, so that it neither grows nor needs
/// space on a full disk, and a line torn by a death leaves the others whole.
/// </summary>
internal sealed class HeadsFile : IDisposable
{
    public const string Name = "heads";
    public const int Lines = 512;

    private const int SeqDigits = 19;
    private const int LineLength = SeqDigits + 1 + (2 * EventChain.HashLength) + 1;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly SafeFileHandle _file;
    private long _next;

    private HeadsFile(SafeFileHandle file, long next)
    {
        _file = file;
        _next = next;
    }

    /// <summary>Lays out a new file that says: no event yet, or all up to <paramref name="head"/>.</summary>
    public static void Create(string folder, Head head)
    {
        StringBuilder text = new(Line(head), Lines * LineLength);
        for (int line = 1; line < Lines; line++)
        {
            text.Append(' ', LineLength - 1).Append('\n');
        }

        PrivateFiles.Replace(Path.Combine(folder, Name), Encoding.ASCII.GetBytes(text.ToString()));
    }

    /// <summary>Opens it for appending after the newest line.</summary>
    public static HeadsFile Open(string folder)
    {
        (int Line, Head) newest = ReadLines(folder).MaxBy(line => line.Head.Seq);
        return new HeadsFile(Libc.OpenOrMake(Path.Combine(folder, Name)), newest.Line + 1);
    }

    /// <summary>The heads that can be read, oldest first; none of an empty file, null where it is missing or nothing in it can be read.</summary>
    /// <exception cref="IOException">It is a link, or too large.</exception>
    public static IReadOnlyList<Head>? Read(string folder)
    {
        FileInfo file = new(Path.Combine(folder, Name));
        Head[] heads = [.. ReadLines(folder).Select(line => line.Head).OrderBy(head => head.Seq)];
        return file.Exists && (heads.Length > 0 || file.Length == 0) ? heads : null;
    }

    /// <exception cref="IOException">It is not known to be on the disk.</exception>
    public void Append(Head head)
    {
        RandomAccess.Write(_file, Encoding.ASCII.GetBytes(Line(head)), _next % Lines * LineLength);
        RandomAccess.FlushToDisk(_file);
        _next++;
    }

    public void Dispose() => _file.Dispose();

    private static string Line(Head head) => string.Create(CultureInfo.InvariantCulture, $"{head.Seq:D19} {head.Hash}\n");

    private static IEnumerable<(int Line, Head Head)> ReadLines(string folder)
    {
        byte[] bytes = PrivateFiles.ReadSmall(Path.Combine(folder, Name), Lines * LineLength) ?? [];
        for (int line = 0; (line + 1) * LineLength <= bytes.Length; line++)
        {
            string text = Encoding.ASCII.GetString(bytes, line * LineLength, LineLength);
            if (long.TryParse(text.AsSpan(0, SeqDigits), NumberStyles.None, CultureInfo.InvariantCulture, out long seq)
                && text[SeqDigits] == ' ' && text[^1] == '\n' && text.AsSpan(SeqDigits + 1, 2 * EventChain.HashLength).IndexOfAnyExcept(HexDigits) < 0)
            {
                yield return (line, new Head(seq, text.Substring(SeqDigits + 1, 2 * EventChain.HashLength)));
            }
        }
    }
}
