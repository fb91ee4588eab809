#pragma warning disable OPENAI001 // The names of efforts are of the protocol; their type in the library is marked as not yet.
#pragma warning disable SCME0001 // The library's way to fields that it has no property for.
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace AgentIde.Models.Providers;

/// <summary>
/// <c>POST /chat/completions</c>, which OpenAI, vLLM, Ollama, LM Studio, llama.cpp, OpenRouter and Azure speak. Thoughts
/// come in <c>reasoning_content</c>, where <see cref="Wire.ChatAnswer"/> puts them, or between marks in the text.
/// </summary>
/// <param name="newMaximumName">
/// Whether the limit of the answer is called <c>max_completion_tokens</c>, as at OpenAI and Azure, or by its older name
/// <c>max_tokens</c>, which servers of open models know best: one that does not know the name may not limit at all.
/// </param>
internal sealed class ChatDialect(Uri baseAddress, string model, bool newMaximumName, bool streams) : OpenAiDialect(baseAddress, model)
{
    public override bool IsChat => true;

    public override Quirks Carries(ModelRequest request) =>
        CommonlyCarried(request) | Quirks.MaximumName | (streams ? Quirks.Stream | Quirks.StreamOptions : Quirks.None) | (request.Effort is null ? Quirks.None : Quirks.Effort);

    /// <summary>OpenAI, Gemini, xAI and whoever passes them on show nothing of thoughts that are paid for; a server on this machine shows them.</summary>
    public override bool HidesThinking(ModelRequest request) => newMaximumName || !Keys.Origin.Of(BaseAddress).IsLoopback;

    protected override IChatClient Client(OpenAIClient library) => library.GetChatClient(Model).AsIChatClient();

    protected override ChatOptions Options(ModelRequest request, Quirks without)
    {
        ChatOptions options = Common(request, without);
        bool newName = newMaximumName != without.HasFlag(Quirks.MaximumName);
        options.RawRepresentationFactory = _ => Raw(request, newName, without);
        return options;
    }

    protected override IEnumerable<Heard> Extra(ChatResponseUpdate update) => update.RawRepresentation is StreamingChatCompletionUpdate { RefusalUpdate: { Length: > 0 } refusal }
        ? [new Heard.Stop(StopReason.Refused), new Heard.Text(refusal)]
        : [];

    protected override IEnumerable<Heard> Extra(ChatResponse response) => [];

    private static ChatCompletionOptions Raw(ModelRequest request, bool newName, Quirks without)
    {
        var raw = new ChatCompletionOptions();
        if (newName)
        {
            raw.MaxOutputTokenCount = request.MaximumOutput;
        }
        else
        {
            raw.Patch.Set("$.max_tokens"u8, request.MaximumOutput);
        }
        if (request.Effort is { } effort && !without.HasFlag(Quirks.Effort))
        {
            raw.ReasoningEffortLevel = new ChatReasoningEffortLevel(Word(effort));
        }
        if (without.HasFlag(Quirks.StreamOptions))
        {
            raw.Patch.Remove("$.stream_options"u8);
        }
        return raw;
    }
}
