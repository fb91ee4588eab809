using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Providers;

/// <summary>
/// The product speaks Anthropic's protocol itself. Here Anthropic's own library, in a process of its own, asks the same
/// scripted server the same things: it must hear the same, and send the same.
/// </summary>
public sealed class AnthropicPeerTests
{
    private static readonly CannedAnswer Answer = new("""{"plan":"Trees, and naïve ones 🚀."}""", Thinking: "Trees or lines?", Usage: new CannedUsage(120, 20, 60, 0));

    private static readonly ModelRequest Dialogue = new("Be brief.", [new(ModelRole.User, "One?"), new(ModelRole.Assistant, "1"), new(ModelRole.User, "Two?")], 3000);

    private static readonly AnswerForm Form = new("draft", [("plan", "Why.")]);

    [Fact]
    public async Task Anthropics_own_library_hears_and_sends_the_same()
    {
        await using var server = ScriptedServer.Of(Answer);
        ModelRequest[] asked = [Dialogue, Dialogue, Dialogue with { Form = Form }, Dialogue with { Form = Form }];
        string[] theirs = await RunPeerAsync(server.Url);
        theirs.Length.ShouldBe(asked.Length);
        for (int each = 0; each < asked.Length; each++)
        {
            using ProviderModel model = Peer.Model(server, Protocol.Messages, streamed: each != 1, model: each == 2 ? "claude-opus-4-1" : "claude-opus-4-5");

            ModelReply ours = await model.AskAsync(asked[each]);

            SameJson.Check(theirs[each], Heard(ours, isTool: each == 2).ToJsonString());
            ReceivedRequest sent = server.Requests[^1];
            ReceivedRequest same = server.Requests[each];
            sent.Path.ShouldBe(same.Path);
            sent.Headers["anthropic-version"].ShouldBe(same.Headers["anthropic-version"]);
            // The library shows a key as a bearer, which servers that are like Anthropic's know less well than x-api-key.
            (same.Headers.ContainsKey("x-api-key") || same.Headers.ContainsKey("authorization")).ShouldBeTrue();
            SameJson.Check(sent.Body, WithoutBlocks(same.Body));
        }
    }

    private static JsonObject Heard(ModelReply reply, bool isTool) => new()
    {
        ["text"] = isTool ? "" : reply.Text,
        ["thinking"] = reply.Thinking,
        ["tool"] = isTool ? JsonNode.Parse(reply.Text) : null,
        ["input"] = reply.Usage.Input,
        ["cached"] = reply.Usage.CachedInput,
        ["output"] = reply.Usage.Output,
        ["model"] = reply.Model,
    };

    /// <summary>The library writes each text as a list of one block, which means the same as the text alone.</summary>
    private static string WithoutBlocks(string body)
    {
        JsonNode root = JsonNode.Parse(body) ?? throw new JsonException("It is empty.");
        root["system"] = Only(root["system"]);
        foreach (JsonNode? message in root["messages"]?.AsArray() ?? [])
        {
            message?["content"] = Only(message["content"]);
        }
        return root.ToJsonString();
    }

    private static JsonNode? Only(JsonNode? blocks) => blocks?.AsArray().ShouldHaveSingleItem()?["text"]?.DeepClone();

    private static async Task<string[]> RunPeerAsync(Uri address)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", "AgentIde.AnthropicPeer", new DirectoryInfo(AppContext.BaseDirectory).Name, "AgentIde.AnthropicPeer.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, address.GetLeftPart(UriPartial.Authority)]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("The peer did not start.");
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
