using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Recordings;

/// <summary>
/// A model that says what a recording says. The reply to a prompt is the one recorded for the very same prompt; where
/// several were, they come in their order, each once. It costs no money; tokens are told as they were recorded.
/// </summary>
public sealed class ReplayModel : IModel
{
    private static readonly Price Nothing = new(0, 0, null, DateOnly.MinValue);

    private readonly Lock _gate = new();
    private readonly ExchangeRecording _recording;
    private readonly ImmutableArray<RecordedPrompt> _prompts;
    private readonly Func<string, string> _asRecorded;
    private readonly Dictionary<Digest, List<RecordedExchange>> _left = [];

    private ReplayModel(ExchangeRecording recording, Func<string, string> redact, Func<string, string> stable)
    {
        _recording = recording;
        _asRecorded = text => stable(redact(text));
        _prompts = [.. recording.Exchanges.Select(exchange => exchange.Request.Prompt.Through(stable))];
        foreach ((RecordedExchange exchange, RecordedPrompt asked) in recording.Exchanges.Zip(_prompts))
        {
            Digest prompt = asked.Digest();
            if (!_left.TryGetValue(prompt, out List<RecordedExchange>? equals))
            {
                _left.Add(prompt, equals = []);
            }

            equals.Add(exchange);
        }
    }

    /// <summary>By the digest of the recording, so that the same file has the same name wherever it lies.</summary>
    public string Name => $"recording:{_recording.Digest.Short}";

    public Price? Price => Nothing;

    /// <summary>Whether every exchange of the recording was played.</summary>
    public bool IsPlayed
    {
        get
        {
            lock (_gate)
            {
                return _left.Values.All(equals => equals.Count == 0);
            }
        }
    }

    /// <summary>Whether programs were reviewed when it was made.</summary>
    public bool HasReviews => _recording.Exchanges.Any(exchange => Prompts.PromptWriter.IsReview(exchange.Request.Prompt.System));

    /// <param name="redact">As it was when the recording was made: prompts are compared without their secrets.</param>
    /// <param name="stable">Takes out of a text what differs between two runs that are otherwise the same, such as the seconds left; null to compare every character.</param>
    /// <exception cref="FormatException">Not a recording of exchanges; the message names the line and stands behind the name of the file.</exception>
    public static ReplayModel Parse(string text, Func<string, string> redact, Func<string, string>? stable = null)
    {
        ExchangeRecording recording = ExchangeRecording.Parse(text);
        return recording.Exchanges.IsEmpty ? throw new FormatException("it holds no whole exchange with a model.") : new ReplayModel(recording, redact, stable ?? (unchanged => unchanged));
    }

    /// <summary>Whether the model was asked for answers of this form, so that it is asked for them again.</summary>
    public bool WasHeldTo(string form) => _recording.Exchanges.Any(exchange => exchange.Request.Prompt.Form?.Name == form);

    /// <summary>As counted when the prompt was recorded; nothing for one that was not, which is never answered.</summary>
    public TokenUsage Maximum(ModelRequest request)
    {
        lock (_gate)
        {
            return _left.TryGetValue(RecordedPrompt.Of(request, _asRecorded).Digest(), out List<RecordedExchange>? equals) && Of(equals, request) is { } next
                ? next.Maximum
                : TokenUsage.None;
        }
    }

    public Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RecordedExchange exchange = Next(RecordedPrompt.Of(request, _asRecorded), request);
        if (exchange.Problem is { } problem)
        {
            throw problem.ToException();
        }

        ModelReply reply = exchange.Reply!.ToReply();
        Hear(pieces, reply.Thinking, isThinking: true);
        Hear(pieces, reply.Text, isThinking: false);
        return Task.FromResult(reply);
    }

    /// <summary>The one that was asked for as the same sample, else the first; null where none is left.</summary>
    private static RecordedExchange? Of(List<RecordedExchange> equals, ModelRequest request) =>
        equals.Find(exchange => exchange.Request.Sample == request.Sample) ?? equals.FirstOrDefault();

    private RecordedExchange Next(RecordedPrompt prompt, ModelRequest request)
    {
        lock (_gate)
        {
            if (!_left.TryGetValue(prompt.Digest(), out List<RecordedExchange>? equals))
            {
                string cut = _recording.CutLine is { } line ? $" Its last line, {line}, was cut off." : "";
                throw Missing($"{PromptDifference.Explain(prompt, _prompts)}{cut}");
            }

            RecordedExchange next = Of(equals, request) ?? throw Missing("this prompt was asked more often than it was recorded.");
            equals.Remove(next);
            return next;
        }
    }

    private static ModelException Missing(string why) => new(CallProblem.Request, "The recording has no answer to this prompt.", TokenUsage.None, inner: new UnrecordedPromptException(why));

    private static void Hear(Action<ModelPiece>? pieces, string text, bool isThinking)
    {
        if (text.Length > 0)
        {
            pieces?.Invoke(new ModelPiece(text, isThinking));
        }
    }
}
