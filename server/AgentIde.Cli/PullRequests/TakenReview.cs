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
            throw new CommandException(ExitCode.Failed, (await store.ReadAsync(run, 0, 0, cancellationToken)).Liveness == Liveness.Live
                ? $"{run} has chosen its result and is about to end: 'agentide show {run} --follow' waits for that; try again then."
                : $"{run} has chosen its result and was interrupted before its end: let it end first, by 'agentide run --resume {run}'.");
        }

        FoundReview review = await proposal.ReviewAsync(repository is not null, cancellationToken)
            ?? throw new CommandException(ExitCode.Failed, $"{run} has no pull request at {proposal.Repository} yet: 'agentide pr {run}' opens one.");
        List<LeftOutReport> left = [.. review.LeftOut.Select(one => new LeftOutReport(one.Address.AbsoluteUri, one.Author, one.Why))];
        List<BranchRequest> requests = [];
        int proposed = review.Commits.Select(commit => commit.Node).FirstOrDefault(node => node is { } known && RunDecisions.CanBranch(journal, known)) ?? proposal.PullRequest.Node;
        foreach (FoundComment comment in review.Comments.Where(comment => !journal.Comments.Any(known => known.Kind == comment.Kind && known.Id == comment.Id)))
        {
            string text = proposal.Tokens.Redactor().Clean(ShownText.Of(comment.Text));
            if (Why(journal, ReviewComment.ParentOf(journal, proposed), engineer, text) is { } why)
            {
                left.Add(new LeftOutReport(comment.Address.AbsoluteUri, comment.Author, why));
            }
            else
            {
                requests.Add(await RequestAsync(store, run, journal, proposed, review, comment, text, cancellationToken));
            }
        }

        TakenReport[] taken = [.. requests.Select(one => new TakenReport(one.Comment!.Address, one.Comment.Author, one.Hint!, null, ReviewComment.ParentOf(journal, one.Node), one.Comment.Line, one.Comment.Written, one.Comment.Origin, true))];
        bool isWaitedFor = journal.Asked.Any(waiting => waiting.Comment is not null);
        bool isAtRest = requests.Count == 0 && !isWaitedFor && journal.Finished is not null;
        RunId goesOn = isAtRest || (requests.Count == 0 && journal.Finished is null) ? run : await GoOnAsync(store, proposal.Account, run, [.. requests], nodes, seconds, cancellationToken);
        TakenReview result = new(goesOn, new ReviewReport(review.Address.AbsoluteUri, [.. Before(journal, goesOn, review.Address), .. taken], left), isAtRest, (await store.ReadAsync(goesOn, 0, 0, cancellationToken)).Liveness == Liveness.Live);
        result.Tell(Console.Error, run, isWaitedFor);
        return result;
    }

    /// <summary>What the run that goes on took up before, such as by the same command, which was cut short then.</summary>
    /// <param name="journal">Of the run that was found.</param>
    /// <param name="goesOn">That run, or one that begins with what it came to.</param>
    /// <param name="pull">The pull request's address: a log may have comments of another one too.</param>
    private static IEnumerable<TakenReport> Before(Journal journal, RunId goesOn, Uri pull)
    {
        int inherited = goesOn != journal.Settings!.Run ? journal.Nodes.Count : journal.Settings.Fork?.PullRequest?.Made is [.., { Last: var last }] ? last : 0;
        IEnumerable<(ReviewComment? Comment, string? Text, int From)> all =
        [
            .. journal.Nodes.Skip(inherited).Select(node => (node.Comment, node.Hint, node.Parent ?? node.Id)),
            .. journal.Asked.Select(asked => (asked.Comment, asked.Hint, ReviewComment.ParentOf(journal, asked.Node))),
        ];
        foreach ((ReviewComment? comment, string? text, int from) in all)
        {
            if (comment?.Address.StartsWith($"{pull}#", StringComparison.Ordinal) == true)
            {
                yield return new TakenReport(comment.Address, comment.Author, text ?? "", null, from, comment.Line, comment.Written, comment.Origin, false);
            }
        }
    }

    /// <summary>Why a comment is left out; null where it is taken up. What asks for nothing that can be done is to cost nothing.</summary>
    /// <param name="from">The node that the answer would come from.</param>
    /// <param name="engineer">Null for the run's own.</param>
    internal static string? Why(Journal journal, int from, string? engineer, string text) =>
        Hint.Refusal(text, "comment")?.TrimEnd('.')
        ?? (Approval.Is(text) ? "it asks for nothing" : (engineer ?? journal.Settings!.EngineerOption ?? RunPlan.BuiltInEngineer) == RunPlan.BuiltInEngineer ? BuiltInEngineer.Refusal(journal, from, text) : null);

    /// <summary>With the nodes that were made for the comments by now.</summary>
    public ReviewReport ReportOf(Journal journal) =>
        Report with { Taken = [.. Report.Taken.Select(taken => journal.Nodes.FirstOrDefault(node => node.Comment?.Address == taken.Url) is { } node ? taken with { Node = node.Id, From = node.Parent ?? taken.From } : taken)] };

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
        SqliteRunStore store, RunId run, Journal journal, int proposed, FoundReview review, FoundComment comment, string text, CancellationToken cancellationToken)
    {
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

    private void Tell(TextWriter output, RunId asked, bool isWaitedFor)
    {
        foreach (LeftOutReport left in Report.LeftOut)
        {
            output.WriteLine($"left out: {SafeText.OneLine(left.Url, 300)} by {SafeText.OneLine(left.Author, 60)}: {SafeText.OneLine(left.Why, 300)}");
        }

        TakenReport[] taken = [.. Report.Taken.Where(one => one.New)];
        foreach ((int index, TakenReport one) in taken.Index())
        {
            string from = $"node {one.From}{(index > 0 || isWaitedFor ? " or of what the comments before it come to" : "")}";
            output.WriteLine($"taken up: {SafeText.OneLine(one.Author, 60)}{(one.Line is { } line ? $" on line {line}{(one.Origin is { } origin ? $", which node {origin} wrote" : "")}" : "")}: {SafeText.OneLine(one.Text, 160)} (a branch of {from})");
        }

        output.WriteLine(
            IsAtRest ? $"Nothing of {SafeText.OneLine(Report.PullRequest, 300)} is new to {asked}: it stays as it is."
            : Run != asked ? $"{asked} has finished and stays as it is; {Run} begins with what it came to, and goes on with its pull request."
            : $"{Run} goes on by {Words.Count(taken.Length, "new comment")} of {SafeText.OneLine(Report.PullRequest, 300)}.");
    }
}
