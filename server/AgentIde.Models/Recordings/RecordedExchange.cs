using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Recordings;

/// <summary>One line of a recording: what was asked, and either the reply or the problem.</summary>
/// <param name="Asked">The model as the user named it.</param>
/// <param name="Maximum">What the request could come to at most, as counted before it was sent.</param>
internal sealed record RecordedExchange(
    int Version, string Asked, RecordedRequest Request, TokenUsage Maximum, RecordedReply? Reply = null, RecordedProblem? Problem = null)
{
    public const int CurrentVersion = 1;

    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ExchangeJsonContext.Default.RecordedExchange), (byte)'\n'];
}

internal sealed record RecordedRequest(
    RecordedPrompt Prompt, int MaximumOutput, Effort? Effort = null, double? Temperature = null, int? Sample = null)
{
    public static RecordedRequest Of(ModelRequest request, Func<string, string> redact) =>
        new(RecordedPrompt.Of(request, redact), request.MaximumOutput, request.Effort, request.Temperature, request.Sample);
}

/// <summary>What of a request decides which reply belongs to it; how long and how hard the model was to think does not.</summary>
internal sealed record RecordedPrompt(string System, ImmutableArray<RecordedMessage> Messages, RecordedForm? Form = null)
{
    public static RecordedPrompt Of(ModelRequest request, Func<string, string> redact) => new(
        redact(request.System),
        [.. request.Messages.Select(message => new RecordedMessage(message.Role, redact(message.Text)))],
        request.Form is { } form ? new RecordedForm(form.Name, [.. form.Fields.Select(field => new RecordedField(field.Field, redact(field.Description)))]) : null);

    /// <summary>The prompt with each of its texts changed.</summary>
    public RecordedPrompt Through(Func<string, string> change) => this with
    {
        System = change(System),
        Messages = [.. Messages.Select(message => message with { Text = change(message.Text) })],
        Form = Form is { } form ? form with { Fields = [.. form.Fields.Select(field => field with { Description = change(field.Description) })] } : null,
    };

    /// <summary>Of the prompt as it stands in a recording: what JSON can't hold counts as what stands for it there.</summary>
    public Digest Digest() => Core.Runs.Digest.Of(JsonSerializer.SerializeToUtf8Bytes(this, ExchangeJsonContext.Default.RecordedPrompt));
}

internal sealed record RecordedMessage(ModelRole Role, string Text);

internal sealed record RecordedForm(string Name, ImmutableArray<RecordedField> Fields);

internal sealed record RecordedField(string Field, string Description);

internal sealed record RecordedReply(string Text, string Thinking, TokenUsage Usage, StopReason Stop, string Model)
{
    public static RecordedReply Of(ModelReply reply, Func<string, string> redact) =>
        new(redact(reply.Text), redact(reply.Thinking), reply.Usage, reply.Stop, redact(reply.Model));

    public ModelReply ToReply() => new(Text, Thinking, Usage, Stop, Model);
}

internal sealed record RecordedProblem(CallProblem Problem, string Message, TokenUsage Spent, double? RetryAfterSeconds = null)
{
    public static RecordedProblem Of(ModelException problem, Func<string, string> redact) =>
        new(problem.Problem, redact(problem.Message), problem.Spent, problem.RetryAfter?.TotalSeconds);

    public ModelException ToException() =>
        new(Problem, Message, Spent, RetryAfterSeconds is >= 0 and < 1e6 and { } seconds ? TimeSpan.FromSeconds(seconds) : null);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(RecordedExchange))]
[JsonSerializable(typeof(RecordedPrompt))]
internal sealed partial class ExchangeJsonContext : JsonSerializerContext;
