using System.Text;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Runs;

/// <summary>A log may come from a stranger: leaving something out of an event is refused on reading, not met by a crash later.</summary>
public sealed class EventShapeTests
{
    [Theory]
    [InlineData("run-started", "{}")]
    [InlineData("run-started", """{"settings":{},"task":{},"sandbox":{}}""")]
    [InlineData("holdout-made", "{}")]
    [InlineData("holdout-made", """{"split":{"kind":"time","why":"so","files":"0000000000000000000000000000000000000000000000000000000000000001","distinguishable":{"area":1}}}""")]
    [InlineData("data-profiled", """{"profile":{"trainRows":1,"testRows":1}}""")]
    [InlineData("node-started", """{"node":1,"operator":"draft","why":"because"}""")]
    [InlineData("call-reserved", """{"node":1,"call":1,"model":"m"}""")]
    [InlineData("call-reserved", """{"node":1,"call":1,"model":"m","prompt":"0000000000000000000000000000000000000000000000000000000000000001","maximum":{"input":-5}}""")]
    [InlineData("call-reserved", """{"node":1,"call":1,"model":"m","prompt":"0000000000000000000000000000000000000000000000000000000000000001","maximum":{"input":5},"dollars":-1}""")]
    [InlineData("call-ended", """{"node":1,"call":1,"usage":{"output":1}}""")]
    [InlineData("call-ended", """{"node":1,"call":1,"message":"","usage":{"output":9000000000000000000}}""")]
    [InlineData("call-ended", """{"node":1,"call":1,"message":"","usage":{"output":1},"dollars":79228162514264337593543950335}""")]
    [InlineData("call-written", """{"node":1,"call":1,"text":""}""")]
    [InlineData("call-written", """{"node":1,"call":1,"text":"","thinking":"","characters":-1}""")]
    [InlineData("call-refused", "{}")]
    [InlineData("run-resumed", """{"reason":"so","budget":{"nodes":1,"seconds":1,"dollars":-1}}""")]
    [InlineData("run-resumed", """{"reason":"so","sandbox":{"engine":"docker"}}""")]
    [InlineData("node-proposed", """{"node":1,"plan":"a plan"}""")]
    [InlineData("output-written", """{"node":1,"attempt":1,"purpose":"search"}""")]
    [InlineData("execution-ended", """{"node":1,"attempt":1,"purpose":"search"}""")]
    [InlineData("node-scored", """{"node":1,"score":{"value":1}}""")]
    [InlineData("node-failed", """{"node":1}""")]
    [InlineData("node-reviewed", """{"node":1,"summary":"so","isSuspect":false}""")]
    [InlineData("node-reviewed", """{"node":1,"summary":"so","isSuspect":true,"findings":[{"firstLine":1,"lastLine":1}]}""")]
    [InlineData("review-failed", """{"node":1}""")]
    [InlineData("solution-refitted", """{"node":1,"taken":true,"why":"so"}""")]
    [InlineData("node-applied", """{"node":1}""")]
    [InlineData("run-finished", """{"ending":"stopped"}""")]
    [InlineData("run-paused", "{}")]
    public void An_event_that_lacks_something_is_refused(string kind, string payload)
    {
        JsonNode.Parse(payload).ShouldNotBeNull();
        Should.Throw<RunStoreException>(() => RunJson.Read(kind, 1, Encoding.UTF8.GetBytes(payload)));
    }
}
