using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Answers;

namespace AgentIde.Models.Engineers;

/// <summary>
/// Several answers to the very same prompt: asked for at once, each reserved and ended on its own. The first with a new
/// program is the node's; the others with one are left for nodes of their own, which read them from the log. A node that
/// was interrupted takes the answers that it has, and asks for no more.
/// </summary>
internal sealed class SampledAnswers(PaidModel model, TriedPrograms tried, Assignment assignment, ProgramLanguage language)
{
    /// <param name="read">Reads the program of an answer, or throws <see cref="UnreadableAnswerException"/>.</param>
    /// <returns>Without a proposal where no answer holds a new program; the first one may then be talked about.</returns>
    /// <exception cref="NoAnswerException">The model refused each time.</exception>
    /// <exception cref="ModelException">No call was answered; the first one's reason.</exception>
    /// <exception cref="BudgetSpentException">Not even one call fits.</exception>
    internal async Task<Sampled> TakeAsync(ModelRequest request, Func<ModelReply, Answer> read, CancellationToken cancellationToken)
    {
        ImmutableArray<Said> answers = await RecordedAsync(cancellationToken);
        string lacking = "";
        if (answers.IsEmpty)
        {
            ImmutableArray<Said> all = await AskAsync(request, cancellationToken);
            answers = [.. all.Where(said => said.Reply is { Stop: not StopReason.Refused })];
            Exception? problem = all.FirstOrDefault(said => said.Problem is not null)?.Problem;
            if (answers.IsEmpty && problem is not null)
            {
                ExceptionDispatchInfo.Throw(problem);
            }

            lacking = problem is null ? "" : $" ({answers.Length} of {all.Length} answers: {problem.Message})";
        }

        return answers.IsEmpty ? throw new NoAnswerException($"{model.Name} refused to answer.") : await ChooseAsync(answers, read, lacking, cancellationToken);
    }

    /// <summary>The proposal of a node whose answer was given when an earlier one was worked on.</summary>
    /// <exception cref="NoAnswerException">It is no program after all.</exception>
    internal static async Task<Proposal> ReadAsync(Assignment assignment, SampleOf sample, CancellationToken cancellationToken)
    {
        Node asked = assignment.Journal[sample.Node];
        ModelCall call = asked.Calls.First(made => made.Number == sample.Call);
        string? parent = assignment.Parents is [int first, ..] && assignment.Journal[first].Code is { } code ? await assignment.ReadText(code, cancellationToken) : null;
        string text = await assignment.ReadText(call.Outcome!.Answer!.Value, cancellationToken);
        try
        {
            Answer answer = AnswerReader.Read(text, new AnswerContext(assignment.Operator, parent, assignment.Journal.Settings?.Language ?? ProgramLanguage.Python));
            return new Proposal(answer.Plan, answer.Code, answer.Reasons, asked.Notes);
        }
        catch (UnreadableAnswerException error)
        {
            throw new NoAnswerException($"The answer of call {sample.Call} is no program that can be run: {error.Message}", error);
        }
    }

    private async Task<Sampled> ChooseAsync(ImmutableArray<Said> answers, Func<ModelReply, Answer> read, string lacking, CancellationToken cancellationToken)
    {
        HashSet<Digest> seen = [];
        List<(int Call, Answer Answer)> programs = [];
        foreach (Said said in answers)
        {
            if (TryRead(said.Reply!, read) is { } answer && seen.Add(Sameness.Of(answer.Code, language)) && await tried.FindAsync(assignment, answer.Code, language, cancellationToken) is null)
            {
                programs.Add((said.Call, answer));
            }
        }

        return programs is [(int call, Answer first), .. var others]
            ? new Sampled(answers[0].Reply!, new Proposal(first.Plan + lacking, first.Code, first.Reasons, null) { Call = call, Samples = [.. others.Select(other => other.Call)] })
            : new Sampled(answers[0].Reply!, null);
    }

    private static Answer? TryRead(ModelReply reply, Func<ModelReply, Answer> read)
    {
        try
        {
            return read(reply);
        }
        catch (UnreadableAnswerException)
        {
            // Another answer may be readable; where none is, the first is asked for once more.
            return null;
        }
    }

    private async Task<ImmutableArray<Said>> RecordedAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<Said>.Builder said = ImmutableArray.CreateBuilder<Said>();
        foreach (ModelCall call in assignment.Journal[assignment.Node].Calls.Where(call => call is { Sample: not null, Outcome.Answer: not null }).OrderBy(call => call.Sample))
        {
            string text = await assignment.ReadText(call.Outcome!.Answer!.Value, cancellationToken);
            said.Add(new Said(call.Number, new ModelReply(text, "", call.Usage, call.Outcome.IsCut is true ? StopReason.TooLong : StopReason.Finished, call.Model), null));
        }

        return said.ToImmutable();
    }

    private async Task<ImmutableArray<Said>> AskAsync(ModelRequest request, CancellationToken cancellationToken)
    {
        using CancellationTokenSource broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] reserved = new Task[assignment.Samples + 1];
        Task<Said>[] asking = new Task<Said>[assignment.Samples];
        reserved[0] = Task.CompletedTask;
        for (int sample = 1; sample <= asking.Length; sample++)
        {
            TaskCompletionSource own = new(TaskCreationOptions.RunContinuationsAsynchronously);
            reserved[sample] = own.Task;
            asking[sample - 1] = AskOnceAsync(request with { Sample = sample }, reserved[sample - 1], own, broken);
        }

        Said[] said = await Task.WhenAll(asking);
        cancellationToken.ThrowIfCancellationRequested();
        return [.. said];
    }

    /// <param name="before">The sample before has its number: they are reserved in their order, so that a replay numbers them alike.</param>
    private async Task<Said> AskOnceAsync(ModelRequest request, Task before, TaskCompletionSource reserved, CancellationTokenSource broken)
    {
        int call = 0;
        Purse purse = new(ReserveAsync, assignment.Purse.EndAsync, assignment.Purse.Hear);
        try
        {
            ModelReply reply = await model.AskAsync(request, purse, broken.Token);
            return new Said(call, reply, null);
        }
        catch (Exception error) when (error is ModelException or BudgetSpentException or OperationCanceledException)
        {
            return new Said(call, null, error);
        }
        catch
        {
            await broken.CancelAsync();
            throw;
        }
        finally
        {
            reserved.TrySetResult();
        }

        async Task<int> ReserveAsync(CallReservation reservation, CancellationToken token)
        {
            await before.WaitAsync(token);
            call = await assignment.Purse.ReserveAsync(reservation, token);
            reserved.TrySetResult();
            return call;
        }
    }

    private sealed record Said(int Call, ModelReply? Reply, Exception? Problem);
}

/// <param name="First">The first answer, whether it can be read or not.</param>
/// <param name="Proposal">Without notes; null where no answer holds a new program.</param>
internal sealed record Sampled(ModelReply First, Proposal? Proposal);
