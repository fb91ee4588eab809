using AgentIde.Cli.Commands;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Core.Texts;
using AgentIde.GitHub;

namespace AgentIde.Cli.PullRequests;

/// <summary>An issue as what a task asks for: its text as a person sees it, without keys. It is data wherever it goes.</summary>
internal static class TaskIssue
{
    /// <summary>In characters: the task's own description is to have its place as well.</summary>
    private const int MaximumText = 16_000;

    /// <param name="name">As a person wrote it.</param>
    /// <param name="repository">One on the issue's server, as a person named it; null for github.com.</param>
    /// <exception cref="CommandException">It is no name of an issue.</exception>
    /// <exception cref="GitHubException">There is no such issue, or it can't be seen.</exception>
    public static async Task<IssueText> ReadAsync(string name, string? repository, CancellationToken cancellationToken)
    {
        RepositoryName? server = repository is null ? null : RepositoryName.Parse(repository)
            ?? throw new CommandException(ExitCode.BadUsage, $"'{repository}' is no repository: name it OWNER/NAME, or HOST/OWNER/NAME for a GitHub of your own.");
        IssueName issue = IssueName.Parse(name, server)
            ?? throw new CommandException(ExitCode.BadUsage, $"'{name}' is no issue: name it OWNER/NAME#12, or by the address of its page.");
        GitHubTokens tokens = new(null);
        IssuePage page = await IssuePage.ReadAsync(issue, await tokens.FindAsync(issue.Repository, cancellationToken), TimeProvider.System, cancellationToken, new LimitWaits(Console.Error.WriteLine));
        Console.Error.WriteLine($"What is asked for is {issue}: {SafeText.OneLine(tokens.Redactor().Clean(page.Title), 200)}{(page.IsClosed ? " (it is closed; the run begins all the same)" : "")}");
        if (page.ClosedBy is { } pull)
        {
            Console.Error.WriteLine($"{pull} is open and closes that issue already: 'agentide pr' opens no second one for this run without --another.");
        }

        string text = tokens.Redactor().Clean($"{PlainText.Visible(page.Title, 300)}\n\n{ShownText.Of(page.Text)}".Trim());
        RepositoryName of = issue.Repository;
        return new IssueText(new IssueSource(of.Host, of.Owner, of.Name, issue.Number), text.Length <= MaximumText ? text : $"{text[..MaximumText]}…\n\n(The issue is longer.)");
    }
}
