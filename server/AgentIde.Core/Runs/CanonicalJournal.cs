using System.Buffers;
using System.Text.Json;

namespace AgentIde.Core.Runs;

/// <summary>
/// The journal as one JSON document that is the same, byte for byte, wherever it is folded. The clock and what hangs
/// on it (durations, memory, the number of attempts) are facts of the log, so they are the same in each replay.
/// </summary>
internal static class CanonicalJournal
{
    public static byte[] Write(Journal journal)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", "agentide-journal/1");
            if (journal is { Settings: { } settings, Task: { } task, Sandbox: { } sandbox })
            {
                writer.WritePropertyName("started");
                JsonSerializer.Serialize(writer, new RunStarted(settings, task, sandbox), RunJsonContext.Default.RunStarted);
            }

            if (journal.Split is { } split)
            {
                writer.WritePropertyName("holdout");
                JsonSerializer.Serialize(writer, new HoldoutMade(split), RunJsonContext.Default.HoldoutMade);
            }

            if (journal.Profile is { } profile)
            {
                writer.WritePropertyName("data");
                JsonSerializer.Serialize(writer, new DataProfiled(profile, journal.Observations), RunJsonContext.Default.DataProfiled);
            }

            if (!journal.Hints.IsEmpty)
            {
                writer.WriteStartArray("hints");
                foreach (Hint hint in journal.Hints)
                {
                    JsonSerializer.Serialize(writer, hint, RunJsonContext.Default.Hint);
                }

                writer.WriteEndArray();
            }

            writer.WriteStartArray("nodes");
            foreach (Node node in journal.Nodes)
            {
                JsonSerializer.Serialize(writer, node, RunJsonContext.Default.Node);
            }

            writer.WriteEndArray();
            WriteNumber(writer, "best", journal.Best);
            if (journal.Refused is { } refused)
            {
                writer.WriteString("refused", refused);
            }

            if (journal.Choice is { } choice)
            {
                writer.WritePropertyName("choice");
                JsonSerializer.Serialize(writer, choice, RunJsonContext.Default.Choice);
            }

            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
