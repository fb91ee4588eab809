using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Answers;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Engineers;

/// <summary>A model as the reviewer: asked once for each scored program, within the node's purse. Its word is shown and changes nothing.</summary>
public sealed class ModelReviewer(CrewMember member, Patience patience, TimeProvider clock) : IReviewer
{
    private const int MostFindings = 20;

    /// <exception cref="NoAnswerException"/>
    /// <exception cref="BudgetSpentException"/>
    public async Task<NodeReview> ReviewAsync(ReviewAssignment assignment, CancellationToken cancellationToken)
    {
        Node node = assignment.Journal[assignment.Node];
        string code = await assignment.ReadText(node.Code!.Value, cancellationToken);
        string output = node.Execution is { } execution ? await assignment.ReadText(execution.Output, cancellationToken) : "";
        Prompt prompt = PromptWriter.Review(assignment.Journal.Task!, code, output, member.Options(EnvironmentFacts.Of("")));
        try
        {
            ModelReply reply = await new PaidModel(member.Model, patience, clock).AskAsync(prompt.Request, assignment.Purse, cancellationToken);
            return reply.Stop == StopReason.Refused ? throw new NoAnswerException($"{member.Model.Name} refused to review.") : Read(reply.Text, code);
        }
        catch (ModelException error)
        {
            throw new NoAnswerException(error.Message, error);
        }
        catch (UnreadableAnswerException error)
        {
            throw new NoAnswerException($"{member.Model.Name} gave no review that can be read: {error.Message}", error);
        }
    }

    private static NodeReview Read(string text, string code)
    {
        Review review = ReviewReader.Read(text);
        ImmutableArray<ReviewFinding> findings = [.. QuotedReason.Place(review.Findings, code).Take(MostFindings).Select(found => new ReviewFinding(found.FirstLine, found.LastLine, found.Block, found.Text))];
        string unplaced = string.Join(' ', review.Findings.Where(found => !findings.Any(placed => placed.Text == VisibleText.Line(found.Text, 300))).Take(4).Select(found => $"{found.Block}: {found.Text}"));
        return new NodeReview(VisibleText.Line($"{review.Summary} {unplaced}".Trim(), 2_000), review.IsSuspect ?? review.IsBug, findings);
    }
}
