using AgentIde.Core.Chats;
using AgentIde.Core.Runs;
using AgentIde.Models.Providers;

namespace AgentIde.Models.Editor;

/// <summary>
/// A model that an editor offers, such as those of GitHub Copilot in VS Code. The process of a run has no connection to
/// any editor: a request is left at the run's desk, and a server whose editor offers its models has it answered. Without
/// such an editor it waits, for as long as whoever asks has patience. A server that dies with a request in its hands ends
/// that request: it may have been answered and counted, so the next one is another call.
/// </summary>
public sealed class EditorModel : IModel
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>How long nothing may come once an answer has begun. Before that a person may have been asked for consent.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    private readonly TimeProvider _clock;

    /// <param name="name"><c>vscode</c> for whichever the editor prefers, or <c>vscode:MODEL</c>.</param>
    /// <param name="price">Null where nobody has told: an editor does not.</param>
    public EditorModel(string name, Price? price, TimeProvider clock)
    {
        Name = name;
        Price = price;
        _clock = clock;
        TokenCounter.Anthropic.Prepare();
    }

    public string Name { get; }

    public Price? Price { get; }

    /// <summary>Of the run; set before the first question.</summary>
    public IChatDesk? Desk { get; set; }

    /// <exception cref="ArgumentException">It is no name of an editor's model; one line with the way out.</exception>
    public static string Checked(string text)
    {
        string model = text == EditorModelName.Any ? "any" : EditorModelName.ModelOf(text)?.Trim() ?? "";
        return model.Length is > 0 and <= 200 && !model.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)) ? text.Trim()
            : throw new ArgumentException("A model of the editor is vscode, which leaves the choice to it, or vscode:MODEL by its id or family, such as vscode:gpt-4o.");
    }

    /// <summary>The editor tells neither its tokenizer nor what was used: input by the higher of the counts that are known.</summary>
    public TokenUsage Maximum(ModelRequest request) => new(TokenCounter.Anthropic.Of(request), 0, request.MaximumOutput, 0);

    public async Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        IChatDesk desk = Desk ?? throw new InvalidOperationException($"{Name} is asked outside a run.");
        using IOpenChat chat = desk.Ask(new ChatQuestion(request.Call ?? 1, Name, WellFormed.Text(request.System), [.. request.Messages.Select(Turn)], request.MaximumOutput));
        try
        {
            return await ListenAsync(chat, request, pieces, cancellationToken);
        }
        catch (OperationCanceledException) when (chat.Withdraw())
        {
            throw new NeverAskedException($"given up while {Name} waited for an editor that offers its models; none was asked", cancellationToken);
        }
    }

    private async Task<ModelReply> ListenAsync(IOpenChat chat, ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        TokenUsage maximum = Maximum(request);
        Hearing live = new(TokenCounter.Anthropic, pieces, partsThoughts: true);
        long? lastHeard = null;
        while (true)
        {
            ChatNews news = chat.Look();
            foreach (string piece in news.Pieces)
            {
                live.Hear(new Heard.Text(piece));
                lastHeard = _clock.GetTimestamp();
            }

            if (news.Answer is { } answer)
            {
                return Reply(answer, news.By, request, maximum, pieces is null || lastHeard is not null ? null : pieces);
            }

            if (news.IsLost)
            {
                throw new ModelException(CallProblem.Cut, $"{Name}: the editor closed, or gave the request up, before it had answered.", maximum);
            }

            if (lastHeard is { } last && _clock.GetElapsedTime(last) > Idle)
            {
                throw new ModelException(CallProblem.TimedOut, $"{Name}: nothing more came from the editor for {Idle.TotalMinutes:0} minutes.", maximum);
            }

            await Task.Delay(BetweenLooks, _clock, cancellationToken);
        }
    }

    private ModelReply Reply(ChatAnswer answer, string? by, ModelRequest request, TokenUsage maximum, Action<ModelPiece>? pieces)
    {
        if (answer.Problem is { } problem)
        {
            // An editor that refuses has asked nobody; one whose model broke may have.
            bool asked = problem is CallProblem.Broken or CallProblem.Cut or CallProblem.TimedOut or CallProblem.Malformed or CallProblem.Lost;
            throw new ModelException(problem, $"{Name}{(by is null ? "" : $" in {by}")}: {Line(answer.Message, problem)}", asked ? maximum : TokenUsage.None);
        }

        Hearing whole = new(TokenCounter.Anthropic, pieces, partsThoughts: true);
        whole.Hear(new Heard.Text(WellFormed.Text(answer.Text ?? "")));
        (string text, string thinking) = whole.End();
        TokenUsage usage = Usage(answer.Text ?? "", thinking, maximum);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw answer.Stop == ChatStop.Refused
                ? new ModelException(CallProblem.Refused, $"{Name} refused to answer.", usage)
                : new ModelException(CallProblem.Empty, $"{Name} gave an empty answer.", usage);
        }

        return new ModelReply(text, thinking, usage, Stop(answer, request), answer.Model is { Length: > 0 and <= 200 } model ? WellFormed.Text(model) : Name);
    }

    /// <summary>On the high side, but never more than was set aside unless the answer is longer than it was to be.</summary>
    private static TokenUsage Usage(string text, string thinking, TokenUsage maximum)
    {
        long output = Math.Max(TokenCounter.OpenAi.Of(text), Math.Min(TokenCounter.Anthropic.Of(text), maximum.Output));
        return new TokenUsage(maximum.Input, 0, output, Math.Min(output, TokenCounter.Anthropic.Of(thinking)));
    }

    private static StopReason Stop(ChatAnswer answer, ModelRequest request) =>
        answer.Stop == ChatStop.Refused ? StopReason.Refused
        : answer.Stop == ChatStop.TooLong || TokenCounter.OpenAi.Of(answer.Text ?? "") > 2L * request.MaximumOutput ? StopReason.TooLong
        : StopReason.Finished;

    private static ChatTurn Turn(ModelMessage message) =>
        new(message.Role == ModelRole.User ? ChatRole.User : ChatRole.Assistant, WellFormed.Text(message.Text));

    private static string Line(string? message, CallProblem problem)
    {
        string words = string.Join(' ', (message ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        string shown = WellFormed.Text(new string([.. words.Where(letter => !char.IsControl(letter) && char.GetUnicodeCategory(letter) != System.Globalization.UnicodeCategory.Format).Take(300)]));
        string told = problem switch
        {
            CallProblem.Key => "the editor did not allow it; resume the run, and allow AgentIde to use the editor's models when it asks",
            CallProblem.Model => "the editor has no such model; name one that it has, or vscode alone",
            CallProblem.Quota => "the editor's subscription allows no more requests for now",
            CallProblem.Busy => "the editor's models take no more requests for now",
            CallProblem.Refused => "the editor's filter refused the prompt",
            CallProblem.Request => "the editor does not take the request",
            CallProblem.Empty => "the answer is empty",
            CallProblem.Malformed => "what came is no answer",
            CallProblem.Unreachable => "the editor can't reach the model",
            _ => "the editor's model failed",
        };
        return shown.Length > 0 ? $"{told}: \"{shown}\"" : $"{told}.";
    }
}
