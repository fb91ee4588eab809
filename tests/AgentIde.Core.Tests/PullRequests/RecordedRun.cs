using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.PullRequests;

/// <summary>A run of seven nodes on the diamonds task as it was recorded, event by event, and the code of the chosen node.</summary>
internal static class RecordedRun
{
    public static ImmutableArray<RecordedEvent> Events { get; } = [.. File.ReadLines(PathOf("diamonds.jsonl")).Select(Read)];

    public static string Code { get; } = File.ReadAllText(PathOf("solution.py"));

    private static string PathOf(string name) => Repository.PathOf("tests", "AgentIde.Core.Tests", "PullRequests", "Recorded", name);

    private static RecordedEvent Read(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement recorded = document.RootElement;
        return new RecordedEvent(
            recorded.GetProperty("seq").GetInt64(),
            DateTimeOffset.UnixEpoch.AddTicks(recorded.GetProperty("at").GetInt64() * TimeSpan.TicksPerMicrosecond),
            recorded.GetProperty("epoch").GetInt32(),
            RunJson.Read(recorded.GetProperty("kind").GetString()!, recorded.GetProperty("version").GetInt32(), Encoding.UTF8.GetBytes(recorded.GetProperty("payload").GetRawText())));
    }
}
