#pragma warning disable SCME0001 // The library's way to fields that it has no property for.
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace AgentIde.Models.Providers;

/// <summary>
/// <c>POST /chat/completions</c>, which OpenAI, vLLM, Ollama, LM Studio, llama.cpp, OpenRouter and Azure speak. Thoughts
/// come in <c>reasoning_content</c> or <c>reasoning</c> of a delta, or between marks in the text.
/// </summary>
/// <param name="newMaximumName">
/// Whether the limit of the answer is called <c>max_completion_tokens</c>, as at OpenAI and Azure, or by its older name
/// <c>max_tokens</c>, which servers of open models know best: one that does not know the name may not limit at all.
/// </param>
internal sealed class ChatDialect(Uri baseAddress, string model, bool newMaximumName, bool streams) : OpenAiDialect(baseAddress, model)
{
    public override Quirks Carries(ModelRequest request) =>
        CommonlyCarried(request) | Quirks.MaximumName | (streams ? Quirks.Stream | Quirks.StreamOptions : Quirks.None) | (request.Effort is null ? Quirks.None : Quirks.Effort);

    /// <summary>OpenAI, Gemini, xAI and whoever passes them on show nothing of thoughts that are paid for; a server on this machine shows them.</summary>
    public override bool HidesThinking(ModelRequest request) => newMaximumName || !Keys.Origin.Of(BaseAddress).IsLoopback;

    protected override IChatClient Client(OpenAIClient library) => library.GetChatClient(Model).AsIChatClient();

    protected override ChatOptions Options(ModelRequest request, Quirks without)
    {
        ChatOptions options = Common(request, without);
        if (request.Effort is { } effort && !without.HasFlag(Quirks.Effort))
        {
            options.Reasoning = new ReasoningOptions { Effort = Of(effort) };
        }
        bool newName = newMaximumName != without.HasFlag(Quirks.MaximumName);
        options.RawRepresentationFactory = _ => Raw(request.MaximumOutput, newName, without);
        return options;
    }

    protected override IEnumerable<Heard> Extra(ChatResponseUpdate update)
    {
        if (update.RawRepresentation is not StreamingChatCompletionUpdate raw)
        {
            return [];
        }
        List<Heard> heard = Extra(ref raw.Patch, "$.choices[0].delta.reasoning"u8, update.Contents);
        if (raw.RefusalUpdate is { Length: > 0 } refusal)
        {
            heard.Add(new Heard.Stop(StopReason.Refused));
            heard.Add(new Heard.Text(refusal));
        }
        return heard;
    }

    protected override IEnumerable<Heard> Extra(ChatResponse response) => response.RawRepresentation is ChatCompletion raw
        ? Extra(ref raw.Patch, "$.choices[0].message.reasoning"u8, response.Messages.SelectMany(message => message.Contents))
        : [];

    private static ChatCompletionOptions Raw(int maximum, bool newName, Quirks without)
    {
        var raw = new ChatCompletionOptions();
        if (newName)
        {
            raw.MaxOutputTokenCount = maximum;
        }
        else
        {
            raw.Patch.Set("$.max_tokens"u8, maximum);
        }
        if (without.HasFlag(Quirks.StreamOptions))
        {
            raw.Patch.Remove("$.stream_options"u8);
        }
        return raw;
    }

    private static List<Heard> Extra(ref JsonPatch patch, ReadOnlySpan<byte> reasoning, IEnumerable<AIContent> contents)
    {
        List<Heard> heard = [];
        if (patch.Contains("$.error"u8) && !patch.IsRemoved("$.error"u8))
        {
            using var error = System.Text.Json.JsonDocument.Parse(patch.GetJson("$.error"u8));
            if (error.RootElement.ValueKind is System.Text.Json.JsonValueKind.Object or System.Text.Json.JsonValueKind.String)
            {
                (string code, string message) = Wire.RefusalReader.Of(error.RootElement);
                heard.Add(new Heard.Trouble(code, message));
            }
        }
        if (!contents.OfType<TextReasoningContent>().Any() && patch.TryGetValue(reasoning, out string? text) && text is { Length: > 0 })
        {
            heard.Add(new Heard.Thinking(text));
        }
        return heard;
    }
}
