using System.Text.Json;

namespace AgentIde.Models.Recordings;

/// <summary>What a recording holds, told by its first line.</summary>
public static class RecordingFormat
{
    private const string Forms = "a recording is one {\"plan\": \"…\", \"code\": \"…\"} a line, or what --record wrote.";

    private const long LargestFile = 256L << 20;

    /// <summary>The text of a recording of either kind.</summary>
    /// <exception cref="FormatException">The file is too large; the message stands behind its name.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        long bytes = new FileInfo(path).Length;
        return bytes <= LargestFile
            ? await File.ReadAllTextAsync(path, cancellationToken)
            : throw new FormatException($"it has {bytes:N0} bytes, and at most {LargestFile:N0} are read.");
    }

    /// <exception cref="FormatException">Neither; the message stands behind the name of the file.</exception>
    public static RecordingKind Of(string text)
    {
        int number = 1;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (!line.IsWhiteSpace())
            {
                return OfLine(line.ToString(), number);
            }

            number++;
        }

        throw new FormatException($"it is empty: {Forms}");
    }

    private static RecordingKind OfLine(string line, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 16 });
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("request", out _) ? RecordingKind.Exchanges
                : root.ValueKind == JsonValueKind.Object && root.TryGetProperty("code", out _) ? RecordingKind.Proposals
                : throw new FormatException($"line {number} has no \"code\" and no \"request\": {Forms}");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"line {number} is not JSON: {Forms}", error);
        }
    }
}

public enum RecordingKind
{
    /// <summary>Plans and programs, one for each node.</summary>
    Proposals,
    /// <summary>What a model was asked and what it answered.</summary>
    Exchanges,
}
