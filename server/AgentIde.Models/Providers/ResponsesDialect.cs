#pragma warning disable OPENAI001 // The responses protocol is stable at OpenAI; its types in the library are marked as not yet.
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Responses;

namespace AgentIde.Models.Providers;

/// <summary><c>POST /responses</c> at OpenAI: effort, and summaries of the thoughts, which chat completions don't show. Nothing is stored there.</summary>
/// <param name="isOwn">At OpenAI itself, where a project may be set to a tier that costs more than the table of prices says.</param>
internal sealed partial class ResponsesDialect(Uri baseAddress, string model, bool streams, bool isOwn) : OpenAiDialect(baseAddress, model)
{
    public override Quirks Carries(ModelRequest request) => CommonlyCarried(request)
        | (streams ? Quirks.Stream : Quirks.None)
        | (request.Effort is null ? Quirks.None : Quirks.Effort)
        | (Summarises(request) ? Quirks.Summary : Quirks.None)
        | (isOwn ? Quirks.ServiceTier : Quirks.None);

    public override bool HidesThinking(ModelRequest request) => true;

    protected override IChatClient Client(OpenAIClient library) => library.GetResponsesClient().AsIChatClient(Model);

    protected override ChatOptions Options(ModelRequest request, Quirks without)
    {
        ChatOptions options = Common(request, without);
        options.MaxOutputTokens = request.MaximumOutput;
        bool summary = Summarises(request) && !without.HasFlag(Quirks.Summary);
        options.RawRepresentationFactory = _ =>
        {
            var raw = new CreateResponseOptions { StoredOutputEnabled = false };
            if (isOwn && !without.HasFlag(Quirks.ServiceTier))
            {
                raw.ServiceTier = ResponseServiceTier.Default;
            }
            if (request.Effort is { } effort && !without.HasFlag(Quirks.Effort))
            {
                raw.ReasoningOptions = new ResponseReasoningOptions { ReasoningEffortLevel = new ResponseReasoningEffortLevel(Word(effort)) };
            }
            if (summary)
            {
                raw.ReasoningOptions ??= new ResponseReasoningOptions();
                raw.ReasoningOptions.ReasoningSummaryVerbosity = ResponseReasoningSummaryVerbosity.Auto;
            }
            return raw;
        };
        return options;
    }

    protected override IEnumerable<Heard> Extra(ChatResponseUpdate update) => update.RawRepresentation switch
    {
        StreamingResponseFailedUpdate failed => [Failed(failed.Response)],
        // The library tells neither why an answer is incomplete nor what it cost.
        StreamingResponseIncompleteUpdate incomplete => Incomplete(incomplete.Response),
        StreamingResponseReasoningSummaryPartAddedUpdate { SummaryIndex: > 0 } => [new Heard.Thinking("\n\n")],
        _ => [],
    };

    protected override IEnumerable<Heard> Extra(ChatResponse response) => response.RawRepresentation switch
    {
        ResponseResult { Status: ResponseStatus.Failed } failed => [Failed(failed)],
        ResponseResult { Status: ResponseStatus.Completed } => [new Heard.Stop(StopReason.Finished)],
        _ => [],
    };

    private static Heard.Trouble Failed(ResponseResult response) => new(response.Error?.Code.ToString() ?? "", response.Error?.Message ?? "");

    private static IEnumerable<Heard> Incomplete(ResponseResult response)
    {
        if (response.Usage is { } usage)
        {
            yield return new Heard.Usage(new Core.Runs.TokenUsage(
                usage.InputTokenCount, usage.InputTokenDetails?.CachedTokenCount ?? 0, usage.OutputTokenCount, usage.OutputTokenDetails?.ReasoningTokenCount ?? 0));
        }
        yield return new Heard.Stop(response.IncompleteStatusDetails?.Reason == ResponseIncompleteStatusReason.ContentFilter ? StopReason.Refused : StopReason.TooLong);
    }

    private bool Summarises(ModelRequest request) => request.Effort is not null || Reasons().IsMatch(Model);

    [GeneratedRegex(@"^(o\d|gpt-([5-9]|\d\d))(?!.*chat)")]
    private static partial Regex Reasons();
}
