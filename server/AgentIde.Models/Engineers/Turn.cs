using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Answers;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Engineers;

/// <summary>
/// One node's conversation with a model: the prompt, and at most one more round each where the answer can't be read
/// and where the program was tried before.
/// </summary>
internal sealed class Turn(PromptOptions options, PaidModel model, TriedPrograms tried, Assignment assignment)
{
    private readonly ProgramLanguage _language = assignment.Journal.Settings?.Language ?? ProgramLanguage.Python;

    internal async Task<Proposal> TakeAsync(CancellationToken cancellationToken)
    {
        Prompt prompt = await PromptWriter.WriteAsync(assignment, options, cancellationToken);
        AnswerContext context = new(assignment.Operator, await ParentAsync(cancellationToken), _language);
        Sampled? sampled = assignment.Samples > 1 ? await new SampledAnswers(model, tried, assignment, _language).TakeAsync(prompt.Request, reply => Read(reply, prompt, context).Answer, cancellationToken) : null;
        if (sampled?.Proposal is { } proposal)
        {
            return proposal with { Notes = Notes(prompt) };
        }

        Readable readable = await ReadableAsync(prompt, context, cancellationToken, sampled?.First);
        if (await SameAsync(readable) is { } same)
        {
            readable = await ReadableAsync(PromptWriter.Another(readable.Prompt, readable.Text, same), context, cancellationToken);
            if (await SameAsync(readable) is { } again)
            {
                throw new NoAnswerException($"{model.Name} proposed what node {again} has tried, twice.");
            }
        }

        (string plan, string code, ImmutableArray<Reason> reasons) = readable.Answer;
        return new Proposal(plan, code, reasons, Notes(prompt));

        Task<int?> SameAsync(Readable proposed) => tried.FindAsync(assignment, proposed.Answer.Code, _language, cancellationToken);
    }

    private string Notes(Prompt prompt) => new ModelNotes(model.Name, prompt.Template, prompt.Version.Short).ToJson();

    /// <param name="said">Its answer, where there is one already.</param>
    private async Task<Readable> ReadableAsync(Prompt prompt, AnswerContext context, CancellationToken cancellationToken, ModelReply? said = null)
    {
        ModelReply first = said ?? await AskAsync(prompt, cancellationToken);
        try
        {
            return Read(first, prompt, context);
        }
        catch (UnreadableAnswerException error)
        {
            Prompt repair = PromptWriter.Repair(prompt, first.Text, error);
            ModelReply second = await AskAsync(repair, cancellationToken);
            try
            {
                return Read(second, repair, context);
            }
            catch (UnreadableAnswerException still)
            {
                throw new NoAnswerException($"{model.Name} gave no program that can be run, in two answers: {still.Message}", still);
            }
        }
    }

    /// <summary>A program that was cut off may end anywhere, and would run as if that were its end.</summary>
    private Readable Read(ModelReply reply, Prompt prompt, AnswerContext context) => reply.Stop == StopReason.TooLong
        ? throw new UnreadableAnswerException($"It was cut off at {options.MaximumOutput} tokens: give a shorter program, or edits of the one above.")
        : new Readable(AnswerReader.Read(reply.Text, context), prompt, reply.Text);

    private async Task<ModelReply> AskAsync(Prompt prompt, CancellationToken cancellationToken)
    {
        ModelReply reply = await model.AskAsync(prompt.Request, assignment.Purse, cancellationToken);
        return reply.Stop != StopReason.Refused ? reply : throw new NoAnswerException($"{model.Name} refused to answer.");
    }

    private async Task<string?> ParentAsync(CancellationToken cancellationToken) =>
        assignment.Parents is [int parent, ..] && assignment.Journal[parent].Code is { } code ? await assignment.ReadText(code, cancellationToken) : null;

    private sealed record Readable(Answer Answer, Prompt Prompt, string Text);
}
