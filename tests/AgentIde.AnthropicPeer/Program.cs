using System.Text.Json;
using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;

// AgentIde.AnthropicPeer ADDRESS: asks by Anthropic's own library, once in a stream, once whole, once by a tool, once by a schema, and
// writes what it heard: a line of JSON for each.
using var client = new AnthropicClient(new ClientOptions { ApiKey = "key", BaseUrl = args[0], MaxRetries = 0 });
using IChatClient chat = client.AsIChatClient("claude-opus-4-5", 3000);
using IChatClient older = client.AsIChatClient("claude-opus-4-1", 3000);
ChatMessage[] dialogue = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "One?"), new(ChatRole.Assistant, "1"), new(ChatRole.User, "Two?")];
using var schema = JsonDocument.Parse(
    """{"type":"object","properties":{"plan":{"type":"string","description":"Why."}},"required":["plan"],"additionalProperties":false}""");
var tool = AIFunctionFactory.CreateDeclaration("draft", "Gives the answer.", schema.RootElement);

Write(await chat.GetStreamingResponseAsync(dialogue).ToChatResponseAsync());
Write(await chat.GetResponseAsync(dialogue));
Write(await older.GetStreamingResponseAsync(dialogue, new ChatOptions { Tools = [tool], ToolMode = ChatToolMode.RequireSpecific("draft") }).ToChatResponseAsync());
Write(await chat.GetStreamingResponseAsync(dialogue, new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement, "draft") }).ToChatResponseAsync());

static void Write(ChatResponse response)
{
    AIContent[] contents = [.. response.Messages.SelectMany(message => message.Contents)];
    Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["text"] = response.Text,
        ["thinking"] = string.Concat(contents.OfType<TextReasoningContent>().Select(content => content.Text)),
        ["tool"] = contents.OfType<FunctionCallContent>().FirstOrDefault()?.Arguments,
        ["input"] = response.Usage?.InputTokenCount,
        ["cached"] = response.Usage?.CachedInputTokenCount,
        ["output"] = response.Usage?.OutputTokenCount,
        ["model"] = response.ModelId,
    }));
}
