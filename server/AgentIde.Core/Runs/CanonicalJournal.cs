using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

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

            WriteSome(writer, "hints", journal.Hints, RunJsonContext.Default.Hint);
            WriteSome(writer, "asked", journal.Asked, RunJsonContext.Default.AskedBranch);
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

            if (journal.FinalRound is { } round)
            {
                writer.WriteStartArray("finalists");
                foreach (FinalistTried tried in round.Finalists.Select(finalist => finalist.Result).OfType<FinalistTried>())
                {
                    JsonSerializer.Serialize(writer, tried, RunJsonContext.Default.FinalistTried);
                }

                writer.WriteEndArray();
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

    /// <summary>Nothing at all where there are none, so that the journal of such a run reads as it always did.</summary>
    private static void WriteSome<T>(Utf8JsonWriter writer, string name, ImmutableList<T> items, JsonTypeInfo<T> type)
    {
        if (items.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (T item in items)
        {
            JsonSerializer.Serialize(writer, item, type);
        }

        writer.WriteEndArray();
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
