using System.Collections.Concurrent;
using AgentIde.Core.Chats;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Chats;

/// <summary>
/// Has the editor's own models answer what runs of this workspace ask of them, where the editor offers it and its person
/// trusts the folder. A question is answered only where the run is live, is not paused, and has the very call under way
/// in its log. What is no longer wanted is cancelled at the editor: the run was stopped or paused, or its process died.
/// Where the connection to the editor ends, the claims are let go, and the run asks anew.
/// </summary>
internal sealed class EditorModels(RequestQueue<ServerState> queue, Editor editor, Workspace workspace, BackgroundWork background, LanguageServerOptions options)
{
    private const int LongestAnswer = 4 << 20;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<(string Run, int Call), IChatClaim> _claims = new();
    private volatile TaskCompletionSource _woken = NewSource();

    /// <summary>Runs have changed: there may be something to ask.</summary>
    public void Wake() => Interlocked.Exchange(ref _woken, NewSource()).TrySetResult();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // What follows does not say so: a delay that is cancelled is over, and so is waiting for it.
            cancellationToken.ThrowIfCancellationRequested();
            Task woken = _woken.Task;
            Task next = TryClaim() ? Task.WhenAny(woken, Task.Delay(BetweenLooks, options.Time, cancellationToken)) : woken;
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>From the editor. A piece of what nobody asked, or waits for any more, is nobody's.</summary>
    public void Take(ChatPieceParams piece)
    {
        if (_claims.TryGetValue((piece.Run, piece.Call), out IChatClaim? claim))
        {
            claim.Tell(piece.Text);
        }
    }

    /// <returns>Whether a run waits for the models of an editor.</returns>
    private bool TryClaim()
    {
        ServerState state = queue.Current;
        if (state is not { ShuttingDown: false, Client: { Chats: true, Trusted: true } client } || options.ChatsOf is not { } chatsOf)
        {
            return false;
        }

        bool waits = false;
        foreach (RunState run in state.Runs.Values.Where(run => run.IsLive && EditorCalls.AreOpen(run.Journal)))
        {
            waits = true;
            while (!run.Journal.IsPaused && Claim(chatsOf, run, client.Name) is { } claim)
            {
                _claims[(run.Run.Value, claim.Question.Call)] = claim;
                background.Start($"Asking {PlainText.Visible(claim.Question.Model, 60)} for {run.Run}", cancellationToken => AnswerAsync(run, claim, cancellationToken));
            }
        }

        return waits;
    }

    private IChatClaim? Claim(Func<IRunStore, RunId, IChatDesk> chatsOf, RunState run, string by)
    {
        try
        {
            return chatsOf(workspace.Store, run.Run).TryClaim(by, question => EditorCalls.NodeOf(run.Journal, question) is not null);
        }
        catch (RunStoreException problem)
        {
            options.Log($"The questions of {run.Run} can't be read: {problem.Message}");
            return null;
        }
    }

    private async Task AnswerAsync(RunState run, IChatClaim claim, CancellationToken cancellationToken)
    {
        using CancellationTokenSource unwanted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            Task<ChatResult> asking = editor.ChatAsync(ToProtocol(run, claim.Question), unwanted.Token);
            while (!asking.IsCompleted)
            {
                await Task.WhenAny(asking, Task.Delay(BetweenLooks, options.Time, cancellationToken)).ConfigureAwait(false);
                if (!asking.IsCompleted && (cancellationToken.IsCancellationRequested || !claim.IsWanted || IsPaused(run.Run)))
                {
                    // Let go first: an editor may take its time, and the run must not.
                    claim.Dispose();
                    await unwanted.CancelAsync().ConfigureAwait(false);
                    await ((Task)asking).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return;
                }
            }

            claim.Answer(Answer(await asking.ConfigureAwait(false)));
        }
        catch (Exception error) when (Connection.IsRefusal(error))
        {
            claim.Answer(new ChatAnswer(null, Problem: CallProblem.Broken, Message: PlainText.Visible(error.Message, 300)));
        }
        catch (Exception error) when (Connection.HasEnded(error))
        {
            // The claim is let go without an answer, and the run asks anew.
            options.Log($"{claim.Question.Model} was not asked to the end for {run.Run}: {error.Message}");
        }
        catch (RunStoreException problem)
        {
            options.Log($"An answer for {run.Run} can't be left: {problem.Message}");
        }
        finally
        {
            _claims.TryRemove((run.Run.Value, claim.Question.Call), out _);
            claim.Dispose();
        }
    }

    private static ChatAnswer Answer(ChatResult? result) => result switch
    {
        { Problem: { } problem } => new ChatAnswer(null, Problem: ProblemOf(problem), Message: PlainText.Visible(result.Message ?? "", 300)),
        { Text.Length: > LongestAnswer } => new ChatAnswer(null, Problem: CallProblem.Malformed, Message: $"an answer of {result.Text.Length:N0} letters"),
        { Text: { } text } => new ChatAnswer(text, result.Model, StopOf(result.Stop)),
        _ => new ChatAnswer(null, Problem: CallProblem.Malformed, Message: "neither a text nor a problem"),
    };

    private static CallProblem ProblemOf(string problem) => problem switch
    {
        "model" => CallProblem.Model,
        "key" => CallProblem.Key,
        "quota" => CallProblem.Quota,
        "busy" => CallProblem.Busy,
        "refused" => CallProblem.Refused,
        "request" => CallProblem.Request,
        "unreachable" => CallProblem.Unreachable,
        "timed-out" => CallProblem.TimedOut,
        _ => CallProblem.Broken,
    };

    private static ChatStop StopOf(string? stop) => stop switch
    {
        "too-long" => ChatStop.TooLong,
        "refused" => ChatStop.Refused,
        _ => ChatStop.Finished,
    };

    private static ChatParams ToProtocol(RunState run, ChatQuestion question) => new(
        run.Run.Value,
        EditorCalls.NodeOf(run.Journal, question) ?? 0,
        question.Call,
        EditorModelName.ModelOf(question.Model),
        question.System,
        [.. question.Messages.Select(turn => new ChatMessage(turn.Role == ChatRole.User ? "user" : "assistant", turn.Text))],
        question.MaximumOutput);

    private bool IsPaused(RunId run) => queue.Current.Runs.TryGetValue(run, out RunState? state) && state.Journal.IsPaused;

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
