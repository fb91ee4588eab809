using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>The warning, what was asked and what was done.</summary>
internal static partial class Overview
{
    /// <summary>Nobody looks further for what a program reads.</summary>
    private const int MostLines = 2_000;

    public static BodySection Warning(Evidence evidence) => BodySection.Fixed("the warning", () =>
        $"""
        > [!WARNING]
        > {Author(evidence)} It ran in a sandbox only; where you run it, it can do whatever you may. Read it before you merge it.
        """.ReplaceLineEndings("\n"));

    /// <summary>GitHub makes a link of the commit.</summary>
    public static BodySection Base(Evidence evidence) => BodySection.Fixed("the base", () => evidence.Around.Base is not { } changed ? "" :
        $"""
        > [!IMPORTANT]
        > The branch {evidence.Inline(changed.Branch, 200)} has another {evidence.Inline(changed.File, 400)} since this one was begun (commit {changed.Commit[..12]}): GitHub calls that a conflict, and whoever merges decides between the two.
        """.ReplaceLineEndings("\n"));

    public static BodySection Asked(Evidence evidence) => new("the task's description", 40, [() => Asked(evidence, 4_000), () => Asked(evidence, 800), () => Asked(evidence, 0)]);

    /// <summary>The words that close an issue are ours, and so are its parts: names and a number.</summary>
    public static BodySection Issue(Evidence evidence) => BodySection.Fixed("the issue", () =>
        evidence.Journal.Settings!.Issue is not { } issue ? ""
        : Closes(evidence) is { } closed ? $"Closes {closed}{Beside(evidence.Around.Beside)}"
        : $"It was started from issue {issue.Number} of {evidence.Inline($"{issue.Owner}/{issue.Name}", 200)} at {evidence.Inline(issue.Host, 200)}.");

    /// <summary>The issue that is closed, <c>OWNER/NAME#12</c>: the run's, where that is on the server that the pull request goes to; null for none.</summary>
    public static string? Closes(Evidence evidence) =>
        evidence.Journal.Settings!.Issue is { } issue && string.Equals(issue.Host, evidence.Host, StringComparison.OrdinalIgnoreCase) ? $"{issue.Owner}/{issue.Name}#{issue.Number}" : null;

    /// <summary>No word that closes stands before the number of a pull request.</summary>
    private static string Beside(OtherPullRequest? other) =>
        other is null ? "" : $"\n\nThere is another open pull request for this issue, {other.Name} (of the run `{other.Run}`): merge one of them at most.";

    public static BodySection Done(Evidence evidence) => BodySection.Fixed("what was done", () =>
    {
        Journal journal = evidence.Journal;
        StringBuilder text = new("## What was done\n\n");
        text.Append($"The engineer {evidence.Inline(journal.Settings!.EngineerOption is { } option ? Circumstances.Engineer(option) : journal.Settings.Engineer, 80)} ");
        RunFork? origin = journal.Settings.Fork;
        int given = journal.Nodes.Count(node => node.Author is not null);
        text.Append($"tried {Wording.Count(journal.Nodes.Count - given, "program")} in the run `{journal.Settings.Run}`{(origin is null ? "" : " and before it")}{(given == 0 ? "," : $", and people gave {given} of their own;")} {journal.ValidNodes} of them with a valid submission. ");
        text.Append(origin is null ? "" : $"It goes on from the run `{origin.Run}`, which made {(evidence.Account.Inherited is { } made ? made == 1 ? "the first" : $"the first {made}" : "some")} of them{(origin.PullRequest is null ? "" : ", by what reviewers said")}. ");
        text.Append(evidence.Around.Origin is not { } root ? "" : root.Run == origin?.Run.Value ? $"That run's pull request is {root.Name}. " : $"It branched from the run `{root.Run}`, whose pull request is {root.Name}. ");
        text.Append($"This is node {evidence.Node.Id}: {evidence.Inline(evidence.Node.Plan ?? "no thought was given", 400)}");
        if (journal.Choice is { } choice && choice.Node == evidence.Node.Id)
        {
            text.Append($"\n\n{evidence.Inline(choice.Why, 1_200)}");
        }
        else if (journal.Choice is null && evidence.Node.Id == FinalChoice.NodeOf(journal))
        {
            text.Append($"\n\n{(evidence.Node.Id == journal.Best ? "It has the best score so far" : evidence.Inline(FinalChoice.Of(journal).Why.TrimEnd('.'), 600))}; the run has not chosen yet.");
        }
        else
        {
            text.Append($"\n\nA person chose this node{(journal.Choice is { } other ? $"; the run itself chose node {other.Node}" : "")}.");
        }

        string[] steering =
        [
            .. Said(journal.Hints.Count, "hint"),
            .. Said(journal.Comments.Count(), "review comment"),
            .. Said(journal.BranchesAsked - journal.Comments.Count(), "branch", "branches"),
            .. Said(journal.Nodes.Count(node => node.Rejected is not null), "rejection"),
        ];
        text.Append(steering.Length == 0 ? "" : $" People steered the run: {string.Join(", ", steering)}.");
        text.Append(journal.Finished is null ? " The run has not ended." : $" The run ended because {evidence.Inline(journal.Finished.Why, 300)}.");
        return text.Append(Needs(evidence)).ToString();
    });

    /// <summary>What the program reads, which is no part of the pull request: by the names that stand in its code.</summary>
    private static string Needs(Evidence evidence)
    {
        (string Name, int Line)[] read = [.. evidence.Code.ReplaceLineEndings("\n").Split('\n').Take(MostLines).SelectMany((line, index) => Input().Matches(line).Select(found => (found.Value, index + 1)))];
        string[] names = [.. read.Select(one => one.Name).Distinct(StringComparer.Ordinal).Take(6).Select(name => evidence.Inline(name, 80))];
        return names.Length == 0 ? "" : $"\n\nTo run, it needs the task's data, which is not part of this: it reads {string.Join(", ", names)} ({Wording.Lines(read[0].Line, read[^1].Line)}), relative to the folder that it is started in.";
    }

    private static string Asked(Evidence evidence, int description)
    {
        TaskFacts task = evidence.Journal.Task!;
        string goal = evidence.Metric.Direction == MetricDirection.LowerIsBetter ? "lower is better" : "higher is better";
        string text = $"## What was asked\n\nThe task {evidence.Inline(task.Id, 80)}: {evidence.Inline(task.Title, 200)}. What counts is {evidence.MetricName}, {goal}.";
        return description == 0 || string.IsNullOrWhiteSpace(task.Description)
            ? text
            : $"{text}\n\n<details><summary>Its description</summary>\n\n{evidence.Fenced(task.Description, "text", description)}\n\n</details>";
    }

    /// <summary>A candidate's data lies in a folder of that name.</summary>
    [GeneratedRegex(@"(?<=[""'](\./)?)input/[\w.-]{1,60}(/[\w.-]{1,60})*(?=[""'])", RegexOptions.CultureInvariant)]
    private static partial Regex Input();

    /// <summary>The names of persons are not known, and a machine may have written what a person changed.</summary>
    private static string Author(Evidence evidence)
    {
        int[] given = [.. evidence.Lineage.Where(node => node.Author is not null).Select(node => node.Id)];
        string reviewed = evidence.Around.IsApproved ? "approved it at GitHub as it is now" : evidence.Journal.Comments.Any() ? "has reviewed it as it is now" : "has reviewed it";
        (string no, string noOther) = evidence.Around.IsApproved ? ("a person", "another person") : ("no person", "no other person");
        return given.Length == 0 ? $"A machine wrote this code, and {no} {reviewed}."
            : given.Length == evidence.Lineage.Length ? $"A person wrote this code ({Wording.Nodes(given)}), and {noOther} {reviewed}."
            : evidence.Node.Author is null ? $"A machine wrote this code, but for the program of {Wording.Nodes(given)}, which a person wrote; {noOther} {reviewed}."
            : $"A person wrote the program that is proposed ({Wording.Nodes(given)}); a machine wrote {Wording.Nodes([.. evidence.Lineage.Select(node => node.Id).Except(given)])}, which it comes from, and {noOther} {reviewed}.";
    }

    private static string[] Said(int count, string noun, string? plural = null) => count == 0 ? [] : [$"{count} {(count == 1 ? noun : plural ?? $"{noun}s")}"];
}
