using System.Text.Json;

namespace AgentIde.MleBench.Tables;

/// <summary>The answers of TensorFlow 2.0 Question Answering: JSON lines, as a table of two rows for each question.</summary>
internal static class JsonLinesReader
{
    /// <summary>Columns <c>example_id</c> (with <c>_long</c> or <c>_short</c>) and <c>allowed</c>: answers with blanks between.</summary>
    public static Table Read(byte[] bytes)
    {
        List<string?> ids = [];
        List<string?> allowed = [];
        int line = 0;
        for (ReadOnlyMemory<byte> rest = bytes; !rest.IsEmpty;)
        {
            line++;
            int end = rest.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> record = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (record.Span.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            try
            {
                using JsonDocument document = JsonDocument.Parse(record);
                string id = document.RootElement.GetProperty("example_id").GetString() ?? "";
                JsonElement annotation = document.RootElement.GetProperty("annotations")[0];
                JsonElement span = annotation.GetProperty("long_answer");
                ids.Add($"{id}_long");
                allowed.Add(span.GetProperty("start_token").GetInt64() == -1 ? null : Span(span));
                ids.Add($"{id}_short");
                List<string> shorts = [.. annotation.GetProperty("short_answers").EnumerateArray().Select(Span)];
                string word = annotation.GetProperty("yes_no_answer").GetString() ?? "NONE";
                if (word is not "NONE")
                {
                    shorts.Add(word);
                }

                allowed.Add(shorts.Count == 0 ? null : string.Join(' ', shorts));
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
            {
                throw new NoScoreException($"the answers' line {line} is not what is expected: {failure.Message}", failure);
            }
        }

        return Table.OfTexts(("example_id", ids), ("allowed", allowed));
    }

    private static string Span(JsonElement span) => $"{span.GetProperty("start_token").GetInt64()}:{span.GetProperty("end_token").GetInt64()}";
}
