using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AgentIde.Import.Aide;

/// <summary>
/// A file that AIDE left: its journal, or a log of its prompts and replies, which of the two is seen from what stands in
/// it. The file is a stranger's: whatever doesn't fit is one message, before anything is written.
/// </summary>
internal static class AideFile
{
    public const long MaximumBytes = 256L << 20;

    public const int MaximumNodes = 20_000;

    /// <summary>Of one plan, review or prompt: what an event or a document may hold.</summary>
    public const int MaximumText = 2_000_000;

    private const string WayOut = "An AIDE run leaves its journal as logs/RUN/journal.json; import that, or a log with one {\"system\": …, \"response\": …} a line.";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <exception cref="ImportException">It can't be read, or is neither.</exception>
    public static async Task<AideRun> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string file = Path.GetFileName(path);
        byte[] bytes = await BytesAsync(path, file, cancellationToken);
        ReadOnlyMemory<byte> text = WithoutBom(bytes);
        try
        {
            return text.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0
                ? throw new ImportException($"{file} is empty. {WayOut}")
                : IsLog(text) ? AideLogReader.Read(file, bytes, Lines(file, text)) : Journal(file, bytes, text);
        }
        catch (InvalidOperationException error)
        {
            // What System.Text.Json says of a text with half of a surrogate pair.
            throw new ImportException($"{file} holds a text that is no Unicode: {error.Message} {WayOut}", error);
        }
    }

    public static JsonDocument Parse(string file, string where, ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(PythonNumbers(json), Options);
        }
        catch (JsonException error)
        {
            throw new ImportException($"{file}{where} is no JSON that can be read: {Reason(error)}. {WayOut}", error);
        }
    }

    public static ImportException Wrong(string file, string what) => new($"{file}: {what}. {WayOut}");

    private static async Task<byte[]> BytesAsync(string path, string file, CancellationToken cancellationToken)
    {
        FileInfo info = new(path);
        if (!info.Exists)
        {
            throw new ImportException(Directory.Exists(path)
                ? $"{path} is a folder, and a file is needed. {WayOut}"
                : $"There is no file {path}. {WayOut}");
        }

        if (info.Length > MaximumBytes)
        {
            throw new ImportException($"{file} has {info.Length >> 20:N0} MiB, and at most {MaximumBytes >> 20} are read: cut what the programs wrote (_term_out) in it, or import a part of the run.");
        }

        return await File.ReadAllBytesAsync(path, cancellationToken);
    }

    private static AideRun Journal(string file, byte[] bytes, ReadOnlyMemory<byte> text)
    {
        using JsonDocument document = Parse(file, "", text);
        return AideJournalReader.Read(file, bytes, document.RootElement);
    }

    /// <summary>Whether its first line is an exchange with a model, whole.</summary>
    private static bool IsLog(ReadOnlyMemory<byte> text)
    {
        int end = text.Span.IndexOf((byte)'\n');
        ReadOnlyMemory<byte> line = end < 0 ? text : text[..end];
        try
        {
            using JsonDocument document = JsonDocument.Parse(PythonNumbers(line), Options);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("response", out _) && !document.RootElement.TryGetProperty("nodes", out _);
        }
        catch (JsonException)
        {
            return false; // A journal over many lines, or nothing that can be read: the journal's reader says which.
        }
    }

    private static IEnumerable<JsonDocument> Lines(string file, ReadOnlyMemory<byte> text)
    {
        int number = 0;
        while (!text.IsEmpty)
        {
            int end = text.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            number++;
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                yield return Parse(file, string.Create(CultureInfo.InvariantCulture, $", line {number},"), line);
            }
        }
    }

    private static ReadOnlyMemory<byte> WithoutBom(byte[] bytes) => bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;

    /// <summary>Python writes numbers that JSON doesn't know: NaN and Infinity become texts, which no reader takes for a number.</summary>
    private static ReadOnlyMemory<byte> PythonNumbers(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> text = json.Span;
        if (text.IndexOf("NaN"u8) < 0 && text.IndexOf("Infinity"u8) < 0)
        {
            return json;
        }

        ArrayBufferWriter<byte> written = new(json.Length + 64);
        int copied = 0;
        bool inText = false;
        for (int at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'"':
                    inText = !inText;
                    break;
                case (byte)'\\' when inText:
                    at++;
                    break;
                case (byte)'N' or (byte)'I' or (byte)'-' when !inText && Word(text[at..]) is > 0 and var length:
                    written.Write(text[copied..at]);
                    written.Write("\""u8);
                    written.Write(text.Slice(at, length));
                    written.Write("\""u8);
                    at += length - 1;
                    copied = at + 1;
                    break;
            }
        }

        written.Write(text[copied..]);
        return written.WrittenMemory;
    }

    private static int Word(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : text.StartsWith("-Infinity"u8) ? 9 : 0;

    /// <summary>Without the name of a type of ours, which some messages end with.</summary>
    private static string Reason(JsonException error)
    {
        string message = error.Message;
        int path = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string where = error is { LineNumber: { } line, BytePositionInLine: { } column } ? string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, byte {column + 1})") : "";
        return (path < 0 ? message : message[..path]).TrimEnd('.', ' ') + where;
    }
}
