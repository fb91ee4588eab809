using System.Collections.Immutable;
using System.Text;
using AgentIde.Cli.Commands;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.Core.Texts;
using AgentIde.GitHub;
using AgentIde.Storage;

namespace AgentIde.Cli.PullRequests;

/// <summary>The comments of a run's pull request as what the run goes on by: each that is new asks for a node, once.</summary>
/// <param name="Run">The run that goes on: another one where the one asked for has finished.</param>
/// <param name="IsAtRest">Whether there is nothing to go on by.</param>
/// <param name="IsLive">Whether a process works on the run already, and takes them up itself.</param>
internal sealed record TakenReview(RunId Run, ReviewReport Report, bool IsAtRest, bool IsLive)
{
    /// <param name="nodes">What a run may start that goes on from a finished one; null for one for each comment.</param>
    /// <param name="seconds">What it may take; null for as much as that usually is.</param>
    /// <param name="engineer">Who is to go on, as a person said it; null for the run's own.</param>
    /// <exception cref="CommandException">There is no pull request, or the run can't go on.</exception>
    /// <exception cref="GitHubException">GitHub refuses.</exception>
    public static async Task<TakenReview> OfAsync(SqliteRunStore store, RunId asked, string? repository, int? nodes, double? seconds, string? engineer, CancellationToken cancellationToken)
    {
        RunId run = await ReviewedRuns.LatestAsync(store, asked, cancellationToken);
        RunProposal proposal = await RunProposal.ReadAsync(store, run, null, repository, new GitHubTokens(null), cancellationToken);
        Journal journal = proposal.Account.Journal;
        if (journal is { Finished: null, Choice: not null })
        {
            throw new CommandException(ExitCode.Failed, $"{run} has chosen its result and was interrupted before its end: let it end first, by 'agentide run --resume {run}'.");
        }

        FoundReview review = await proposal.ReviewAsync(repository is not null, cancellationToken)
            ?? throw new CommandException(ExitCode.Failed, $"{run} has no pull request at {proposal.Repository} yet: 'agentide pr {run}' opens one.");
        List<LeftOutReport> left = [.. review.LeftOut.Select(one => new LeftOutReport(one.Address.AbsoluteUri, one.Author, one.Why))];
        List<BranchRequest> requests = [];
        foreach (FoundComment comment in review.Comments.Where(comment => !journal.Comments.Any(known => known.Kind == comment.Kind && known.Id == comment.Id)))
        {
            string text = proposal.Tokens.Redactor().Clean(ShownText.Of(comment.Text));
            if (Why(journal, proposal.PullRequest.Node, engineer, text) is { } why)
            {
                left.Add(new LeftOutReport(comment.Address.AbsoluteUri, comment.Author, why));
            }
            else
            {
                requests.Add(await RequestAsync(store, run, journal, proposal, review, comment, text, cancellationToken));
            }
        }

        TakenReport[] taken = [.. requests.Select(one => new TakenReport(one.Comment!.Address, one.Comment.Author, one.Hint!, null, one.Node, one.Comment.Line, one.Comment.Written, one.Comment.Origin))];
        bool isWaitedFor = journal.Asked.Any(waiting => waiting.Comment is not null);
        bool isAtRest = requests.Count == 0 && !isWaitedFor && journal.Finished is not null;
        RunId goesOn = isAtRest || (requests.Count == 0 && journal.Finished is null) ? run : await GoOnAsync(store, proposal.Account, run, [.. requests], nodes, seconds, cancellationToken);
        TakenReview result = new(goesOn, new ReviewReport(review.Address.AbsoluteUri, taken, left), isAtRest, (await store.ReadAsync(goesOn, 0, 0, cancellationToken)).Liveness == Liveness.Live);
        result.Tell(Console.Error, run);
        return result;
    }

    /// <summary>Why a comment is left out; null where it is taken up. What asks for nothing that can be done is to cost nothing.</summary>
    /// <param name="engineer">Null for the run's own.</param>
    internal static string? Why(Journal journal, int proposed, string? engineer, string text) =>
        Hint.Refusal(text, "comment")?.TrimEnd('.')
        ?? (Approval.Is(text) ? "it asks for nothing" : (engineer ?? journal.Settings!.EngineerOption ?? RunPlan.BuiltInEngineer) == RunPlan.BuiltInEngineer ? BuiltInEngineer.Refusal(journal, proposed, text) : null);

    /// <summary>With the nodes that took the comments up by now.</summary>
    public ReviewReport ReportOf(Journal journal) =>
        Report with { Taken = [.. Report.Taken.Select(taken => taken with { Node = journal.Nodes.FirstOrDefault(node => node.Comment?.Address == taken.Url)?.Id })] };

    private static async Task<RunId> GoOnAsync(SqliteRunStore store, RunAccount account, RunId run, ImmutableArray<RunRequest> requests, int? nodes, double? seconds, CancellationToken cancellationToken)
    {
        Journal journal = account.Journal;
        if (journal.Finished is not null)
        {
            Budget budget = RunForks.Extended(journal, nodes ?? Math.Max(1, requests.Length), seconds ?? RunForks.UsualSeconds);
            return await RunForks.MakeAsync(store, journal, budget, requests, account.KeptPullRequest, cancellationToken);
        }

        int needed = journal.Nodes.Count + journal.Asked.Count + requests.Length;
        RunRequest[] more = needed > journal.Settings!.Budget.Nodes ? [new BudgetRequest("agentide run --from-review", needed, null)] : [];
        foreach (RunRequest request in more.Concat(requests))
        {
            await RunDecisions.RecordAsync(store, run, request, cancellationToken);
        }

        return run;
    }

    private static async Task<BranchRequest> RequestAsync(
        SqliteRunStore store, RunId run, Journal journal, RunProposal proposal, FoundReview review, FoundComment comment, string text, CancellationToken cancellationToken)
    {
        int proposed = review.Commits.Select(commit => commit.Node).FirstOrDefault(node => node is { } known && RunDecisions.CanBranch(journal, known)) ?? proposal.PullRequest.Node;
        int? written = review.Commits.SkipWhile(commit => commit.Sha != comment.Commit).Select(commit => commit.Node).FirstOrDefault(node => node is { } known && journal.Has(known) && journal[known].Code is not null);
        int? origin = null;
        string? quote = null;
        if (written is { } node && comment.Line is { } line)
        {
            Blame blame = await Blame.OfNodeAsync(journal, node, ReadAsync, _ => null, cancellationToken);
            string[] lines = (await ReadAsync(journal[node].Code!.Value, cancellationToken)).ReplaceLineEndings("\n").Split('\n');
            origin = line <= blame.Lines.Length ? blame.Lines[line - 1].Node : null;
            quote = line <= lines.Length ? PlainText.Visible(lines[line - 1].Trim(), 400) : null;
        }

        return new BranchRequest(
            $"{comment.Author}, at GitHub", proposed, text, Comment: new ReviewComment(comment.Kind, comment.Id, comment.Author, comment.Address.AbsoluteUri, comment.Thread, comment.Line, written, quote, origin));

        async Task<string> ReadAsync(Digest digest, CancellationToken token) => Encoding.UTF8.GetString((await store.ReadBlobAsync(run, digest, token)).Span);
    }

    private void Tell(TextWriter output, RunId asked)
    {
        foreach (LeftOutReport left in Report.LeftOut)
        {
            output.WriteLine($"left out: {SafeText.OneLine(left.Url, 300)} by {SafeText.OneLine(left.Author, 60)}: {SafeText.OneLine(left.Why, 300)}");
        }

        foreach (TakenReport taken in Report.Taken)
        {
            output.WriteLine($"taken up: {SafeText.OneLine(taken.Author, 60)}{(taken.Line is { } line ? $" on line {line}{(taken.Origin is { } origin ? $", which node {origin} wrote" : "")}" : "")}: {SafeText.OneLine(taken.Text, 160)} (a branch of node {taken.From})");
        }

        output.WriteLine(
            IsAtRest ? $"Nothing of {SafeText.OneLine(Report.PullRequest, 300)} is new to {asked}: it stays as it is."
            : Run != asked ? $"{asked} has finished and stays as it is; {Run} begins with what it came to, and goes on with its pull request."
            : $"{Run} goes on by {Words.Count(Report.Taken.Count, "new comment")} of {SafeText.OneLine(Report.PullRequest, 300)}.");
    }
}
