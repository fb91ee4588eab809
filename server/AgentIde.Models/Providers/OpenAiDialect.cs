using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using AgentIde.Core.Runs;
using Microsoft.Extensions.AI;
using OpenAI;
using UsageReport = Microsoft.Extensions.AI.UsageDetails;

namespace AgentIde.Models.Providers;

/// <summary>What OpenAI's two protocols have in common, spoken by its own client library.</summary>
internal abstract class OpenAiDialect(Uri baseAddress, string model) : IDialect
{
    protected string Model => model;

    protected Uri BaseAddress => baseAddress;

    public virtual bool IsChat => false;

    public abstract Quirks Carries(ModelRequest request);

    public abstract bool HidesThinking(ModelRequest request);

    public async IAsyncEnumerable<Heard> AskAsync(
        HttpClient http, ModelRequest request, Quirks without, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using IChatClient client = Client(Library(http));
        ChatOptions options = Options(request, without);
        IReadOnlyList<ChatMessage> messages = Messages(request);
        if (without.HasFlag(Quirks.Stream) || !Carries(request).HasFlag(Quirks.Stream))
        {
            ChatResponse response = await client.GetResponseAsync(messages, options, cancellationToken);
            foreach (Heard heard in Whole(response))
            {
                yield return heard;
            }
            yield break;
        }
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            foreach (Heard heard in Extra(update).Concat(Of(update.Contents, update.ModelId, update.FinishReason)))
            {
                yield return heard;
            }
        }
    }

    public HttpRequestMessage Probe() => new(HttpMethod.Get, new Uri(baseAddress.AbsoluteUri + "/models"));

    protected abstract IChatClient Client(OpenAIClient library);

    protected abstract ChatOptions Options(ModelRequest request, Quirks without);

    /// <summary>What the library leaves in the raw piece of the answer.</summary>
    protected abstract IEnumerable<Heard> Extra(ChatResponseUpdate update);

    /// <summary>The same for a whole answer.</summary>
    protected abstract IEnumerable<Heard> Extra(ChatResponse response);

    protected static ChatOptions Common(ModelRequest request, Quirks without) => new()
    {
        Temperature = without.HasFlag(Quirks.Temperature) ? null : (float?)request.Temperature,
        ResponseFormat = request.Form is { } form && !without.HasFlag(Quirks.Form) ? ChatResponseFormat.ForJsonSchema(FormSchema.Of(form), form.Name) : null,
        AdditionalProperties = request.Form is null ? null : new AdditionalPropertiesDictionary { ["strict"] = true },
    };

    protected static Quirks CommonlyCarried(ModelRequest request) =>
        (request.Temperature is null ? Quirks.None : Quirks.Temperature) | (request.Form is null ? Quirks.None : Quirks.Form);

    protected static string Word(Effort effort) => effort switch
    {
        Effort.None => "none",
        Effort.Minimal => "minimal",
        Effort.Low => "low",
        Effort.High => "high",
        Effort.ExtraHigh => "xhigh",
        Effort.Max => "max",
        _ => "medium",
    };

    private OpenAIClient Library(HttpClient http) => new(
        // The handler below puts the true key on the request, if this origin has one.
        new ApiKeyCredential("none"),
        new OpenAIClientOptions
        {
            Endpoint = baseAddress,
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            EnableDistributedTracing = false,
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        });

    private static List<ChatMessage> Messages(ModelRequest request) =>
    [
        .. request.System.Length == 0 ? Enumerable.Empty<ChatMessage>() : [new ChatMessage(ChatRole.System, request.System)],
        .. request.Messages.Select(message => new ChatMessage(message.Role == ModelRole.User ? ChatRole.User : ChatRole.Assistant, message.Text)),
    ];

    private IEnumerable<Heard> Whole(ChatResponse response) => Extra(response)
        .Concat(Of([.. response.Messages.SelectMany(message => message.Contents)], response.ModelId, response.FinishReason))
        .Concat(response.Usage is { } usage ? [Of(usage)] : []);

    private static IEnumerable<Heard> Of(IEnumerable<AIContent> contents, string? model, ChatFinishReason? finish)
    {
        if (model is not null)
        {
            yield return new Heard.Model(model);
        }
        foreach (AIContent content in contents)
        {
            switch (content)
            {
                case TextContent text:
                    yield return new Heard.Text(text.Text);
                    break;
                case TextReasoningContent thinking:
                    yield return new Heard.Thinking(thinking.Text);
                    break;
                case UsageContent usage:
                    yield return Of(usage.Details);
                    break;
                case ErrorContent { ErrorCode: "Refusal" } refusal:
                    yield return new Heard.Stop(StopReason.Refused);
                    yield return new Heard.Text(refusal.Message);
                    break;
                case ErrorContent error:
                    yield return new Heard.Trouble(error.ErrorCode ?? "", error.Message);
                    break;
            }
        }
        if (finish is { } reason)
        {
            yield return new Heard.Stop(
                reason == ChatFinishReason.Length ? StopReason.TooLong : reason == ChatFinishReason.ContentFilter ? StopReason.Refused : StopReason.Finished);
        }
    }

    /// <summary>Some (Gemini, xAI) leave thoughts out of the output, but count them in the whole.</summary>
    private static Heard.Usage Of(UsageReport usage) => new(usage is { InputTokenCount: { } input, OutputTokenCount: { } output }
        ? new TokenUsage(input, usage.CachedInputTokenCount ?? 0, usage.TotalTokenCount is { } total ? Math.Max(output, total - input) : output, usage.ReasoningTokenCount ?? 0)
        : null);
}
