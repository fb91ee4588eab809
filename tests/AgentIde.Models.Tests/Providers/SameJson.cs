using System.Text.Json.Nodes;

namespace AgentIde.Models.Tests.Providers;

internal static class SameJson
{
    /// <summary>Two texts are the same JSON, whatever the order of names and the form of letters and numbers.</summary>
    public static void Check(string actual, string expected)
    {
        JsonNode? one = JsonNode.Parse(actual);
        JsonNode? other = JsonNode.Parse(expected);
        if (!JsonNode.DeepEquals(one, other))
        {
            Sorted(one).ShouldBe(Sorted(other));
        }
    }

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject members => "{" + string.Join(",\n", members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"\"{member.Key}\": {Sorted(member.Value)}")) + "}",
        JsonArray items => "[" + string.Join(", ", items.Select(Sorted)) + "]",
        null => "null",
        _ => node.ToJsonString(),
    };
}
