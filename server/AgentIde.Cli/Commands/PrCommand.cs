using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AgentIde.Cli.PullRequests;
using AgentIde.Cli.Terminal;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.GitHub;
using AgentIde.GitHub.Git;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide pr</c>: the steps of a run as commits of a branch, and its evidence as the text of a pull request.</summary>
internal static class PrCommand
{
    private static readonly Argument<string> Run = CommonOptions.Run();
    private static readonly Option<int?> NodeOption = new("--node") { Description = "The node to propose; the chosen one, else the best so far, where not named." };
    private static readonly Option<string?> Repository = new("--repo") { Description = "The repository that it goes to, as OWNER/NAME, or HOST/OWNER/NAME for a GitHub of your own; that of the remote 'origin' where not named." };
    private static readonly Option<string?> Base = new("--base") { Description = "The branch that it is to be merged into; the remote's own, else the one that is checked out, where not named." };
    private static readonly Option<bool> Ready = new("--ready") { Description = "Ready to be merged, and no draft." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show branch, commits, diff and text, and touch nothing; needs neither network nor token." };
    private static readonly Option<bool> WithToken = new("--with-token") { Description = "Read the token from standard input, before that of the environment or of gh." };

    private static readonly Option<bool> NoFork = new("--no-fork") { Description = "Use no fork where you may not push: end with a message instead." };
    private static readonly Option<bool> Another = new("--another") { Description = "Open it also where another one of yours is open that closes the same issue; its text names that." };
    private static readonly Option<bool> NoReply = new("--no-reply") { Description = "Answer no comments at GitHub; the text tells of them all the same." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("pr", "Open a pull request of a run at GitHub, or bring it up to date: the steps to its best node as commits, and the evidence as text.\n\nExample: agentide pr last --dry-run\n         agentide pr last\n\nThe token is that of GH_TOKEN or GITHUB_TOKEN (of GH_ENTERPRISE_TOKEN for a GitHub of your own), else the one that gh keeps.") { Run, NodeOption, Repository, Base, Ready, DryRun, NoFork, Another, NoReply, WithToken, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using SqliteRunStore store = CommonOptions.Store;
        RunId run = await CommonOptions.FindAsync(store, parsed.GetValue(Run)!, cancellationToken);
        GitHubTokens tokens = new(parsed.GetValue(WithToken) ? await HandedAsync(cancellationToken) : null);
        RunId asked = run;
        run = await ReviewedRuns.LatestAsync(store, run, cancellationToken);
        if (run != asked)
        {
            Console.Error.WriteLine($"{asked} went on by its reviews in {run}: that is what is proposed.");
        }

        RunProposal proposal = await RunProposal.ReadAsync(store, run, parsed.GetValue(NodeOption), parsed.GetValue(Repository), tokens, cancellationToken);
        bool isDraft = !parsed.GetValue(Ready), isNamed = parsed.GetResult(Repository) is not null;
        string? goal = parsed.GetValue(Base);
        PullRequestReport report;
        if (parsed.GetValue(DryRun))
        {
            (string rehearsed, PlannedBranch branch) = await proposal.RehearseAsync(goal, cancellationToken);
            report = PullRequestReport.Of(proposal, rehearsed, branch, isDraft, null, null);
            if (proposal.Unnamed(isNamed) is { } why)
            {
                Console.Error.WriteLine($"This is refused without --dry-run: {why}");
            }
        }
        else
        {
            OpenedPullRequest opened = await proposal.OpenAsync(goal, isDraft, isNamed, !parsed.GetValue(NoFork), parsed.GetValue(Another), cancellationToken);
            int? answered = parsed.GetValue(NoReply) ? null : await proposal.AnswerAsync(opened, isNamed, cancellationToken);
            report = PullRequestReport.Of(proposal, opened.Base, opened.Branch, opened.IsDraft, opened, answered);
            if (opened.IsDraft && !isDraft)
            {
                Console.Error.WriteLine($"It is a draft there already, and --ready opens new ones alone: make it ready on its page, or by 'gh pr ready {opened.Number} --repo {proposal.Repository}'.");
            }

            if (goal is not null && goal != opened.Base)
            {
                Console.Error.WriteLine($"It goes into '{opened.Base}' already, and --base is for new ones alone: change that on its page, or by 'gh pr edit {opened.Number} --base {ResumeCommand.Quoted(goal)} --repo {proposal.Repository}'.");
            }
        }

        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, PullRequestJsonContext.Default.PullRequestReport));
            return ExitCode.Done;
        }

        Write(Console.Out, report);
        return ExitCode.Done;
    }

    /// <summary>Who hands a token over means that one: where it is missing, no other one is taken in its place.</summary>
    private static async Task<string> HandedAsync(CancellationToken cancellationToken)
    {
        string text = (await Console.In.ReadToEndAsync(cancellationToken)).Trim();
        return text.Length > 0 ? text : throw new CommandException(ExitCode.Missing, "--with-token reads the token from standard input, and that holds none: nothing was done with any other token.");
    }

    private static void Write(TextWriter output, PullRequestReport report)
    {
        if (report.Url is { } url)
        {
            output.WriteLine($"{report.State,-8} {SafeText.OneLine(url, 400)}");
        }

        if (report.Head is { } head && head != report.Repository)
        {
            output.WriteLine($"fork     {SafeText.OneLine(head, 400)}, where the branch lies");
        }

        foreach (AnswerReport answer in report.Review ?? [])
        {
            string score = answer is { Before: { } before, After: { } after } ? string.Create(CultureInfo.InvariantCulture, $": {before:0.####} before, {after:0.####} after") : "";
            output.WriteLine($"review   {SafeText.OneLine(answer.Author, 60)}{(answer.Line is { } line ? $", line {line}" : "")}: {(answer.Node is { } node ? $"node {node}{score}{(answer.Proposed ? "" : ", not part of this")}" : "no node yet")}");
        }

        output.WriteLine($"branch   {report.Branch}, from {SafeText.OneLine(report.Base, 100)} ({report.BaseSha[..8]}) of {report.Repository ?? "a repository that no remote names: say --repo OWNER/NAME"}");
        output.WriteLine($"title    {SafeText.OneLine(report.Title, 200)}{(report.Draft ? " (draft)" : "")}");
        output.WriteLine($"commits  {Words.Count(report.Commits.Count, "commit")}, {(report.Commits.Count == 1 ? "" : "each ")}of {SafeText.OneLine(report.Commits[0].Files[0], 400)} alone");
        foreach (CommitReport commit in report.Commits)
        {
            output.WriteLine($"  {commit.Sha[..8]} {SafeText.OneLine(commit.Message.Split('\n')[0], 100)}");
        }

        if (report.Url is null)
        {
            Write(output, "diff", report.Diff);
            Write(output, "text", report.Body);
            output.WriteLine();
            output.WriteLine("A dry run: nothing was written or sent.");
        }
    }

    private static void Write(TextWriter output, string title, string text)
    {
        output.WriteLine();
        output.WriteLine($"──── {title}");
        output.WriteLine(SafeText.Lines(text).TrimEnd());
    }
}
