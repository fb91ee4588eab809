using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>
/// What a run proposes to a repository: the steps from a root to the chosen node as commits, and the evidence as text. A
/// pure function of the run's events and the node, so that asking again comes to the same.
/// </summary>
/// <param name="Branch">Such as <c>agentide/diamonds-3</c>.</param>
/// <param name="Title">One line of letters, digits and a few marks.</param>
/// <param name="Body">GitHub's Markdown, of at most <see cref="MaximumBody"/> characters; ends with <see cref="Marker"/>.</param>
/// <param name="Marker">An HTML comment by which the pull request of this run is known again.</param>
public sealed record PullRequest(int Node, string Branch, string Title, string Body, string Marker, ImmutableArray<SolutionStep> Steps)
{
    /// <summary>What GitHub takes, in characters.</summary>
    public const int MaximumBody = 65_536;

    private const int MaximumTitle = 120;

    /// <param name="node">One that <see cref="Refusal"/> says nothing of.</param>
    /// <param name="code">The program of that node.</param>
    /// <param name="redact">Takes keys out of a text that somebody else wrote.</param>
    /// <param name="host">The server that it goes to: an issue there is closed with it. Null where that is not known.</param>
    /// <param name="repository"><c>OWNER/NAME</c> that it goes to: what was said in another one is told there. Null where that is not known.</param>
    public static PullRequest Of(RunAccount account, int node, string code, Func<string, string> redact, string? host = null, string? repository = null)
    {
        Journal journal = account.Journal;
        ImmutableArray<SolutionStep> steps = SolutionStep.Of(account, node, redact);
        Evidence evidence = new(account, journal[node], code, steps, redact) { Host = host, Repository = repository };
        PullRequestName name = PullRequestName.Of(account);
        return new PullRequest(node, name.Branches[0], TitleOf(journal, journal[node], redact), TextOf(evidence, name.Marker), name.Marker, steps) { Source = evidence, Branches = name.Branches, Closes = Overview.Closes(evidence) };
    }

    /// <summary>All that its branch may be called: <paramref name="Branch"/> itself, and another one for where that is the branch of another run, or the issue is closed by another pull request already.</summary>
    public ImmutableArray<string> Branches { get; init; } = [Branch];

    /// <summary>By what it is known at GitHub.</summary>
    public PullRequestName Name => new(Branches, Marker);

    /// <summary>The issue that it closes, <c>OWNER/NAME#12</c>; null for none.</summary>
    public string? Closes { get; init; }

    /// <summary>The run that its run branches from; null for none, and where that run's log is not known.</summary>
    public OriginRun? Origin { get; init; }

    /// <summary>What it is written from; null where it is of no run.</summary>
    private Evidence? Source { get; init; }

    /// <summary>The same on a branch that holds these commits of the run's: the text tells of the steps what became of them.</summary>
    /// <param name="commits">Oldest first.</param>
    /// <param name="replaced">The solution file, from the root of the repository, where the branch's base has it already.</param>
    /// <param name="around">What stands at GitHub around it; null where that is not known.</param>
    public PullRequest On(ImmutableArray<StepName> commits, string? replaced = null, Surroundings? around = null) => Source is null ? this : this with { Body = TextOf(Source with { Commits = commits, Replaced = replaced, Around = around ?? Surroundings.None }, Marker) };

    /// <summary>A commit that restores a step's code on a branch that held it and left its way since.</summary>
    /// <param name="from">The step that the branch stands at.</param>
    public SolutionStep Back(StepName from, SolutionStep to) =>
        to with { Message = CommitMessage.Back(to, from.Node, Described(from), Described(to.Name), to == Steps[^1] ? null : Described(Steps[^1].Name)) };

    /// <summary>A step that follows one that it does not come from.</summary>
    /// <param name="from">The step that the branch stands at.</param>
    public SolutionStep Moved(StepName from, SolutionStep step) => step with { Message = CommitMessage.Moved(step, Described(from), Described(Steps[^1].Name)) };

    private string Described(StepName? name) => Source is null || name is null ? $"node {name?.Node}" : Source.Described(name.Value);

    /// <summary>The node that is proposed: the one asked for, else the run's choice, else what it would choose now; null where there is none.</summary>
    public static int? NodeOf(Journal journal, int? asked) => asked ?? journal.Choice?.Node ?? FinalChoice.NodeOf(journal);

    /// <summary>Why no pull request is made of a run, in one sentence for whoever asks; null where one is.</summary>
    /// <param name="asked">The node asked for; null for the run's own choice.</param>
    public static string? Refusal(Journal journal, RunId run, int? asked) => journal switch
    {
        { Settings: null } => $"{run} died before it began: there is nothing to propose.",
        { Settings.Origin: { } origin } =>
            $"{run} was imported from {origin.Program}: its scores are claims that nothing here has graded, so no pull request is made of it. 'agentide show {run} --node N' has its code.",
        _ when NodeOf(journal, asked) is not { } node => $"{run} has no valid solution to propose: {Wording.Count(journal.Nodes.Count, "node")}, none with a score that nobody rejected.",
        _ when !journal.Has(NodeOf(journal, asked)!.Value) => $"{run} has no node {asked}: it has {Wording.Count(journal.Nodes.Count, "node")}.",
        _ => Refusal(journal[NodeOf(journal, asked)!.Value], run),
    };

    /// <summary>
    /// Why a node is none of a run's own, which branches from another one: a pull request of it would be that one's a second time.
    /// Null where it is the run's own, or the run keeps the other's pull request.
    /// </summary>
    public static string? Repetition(RunAccount account, int node) =>
        account.Journal.Settings is { Fork: { PullRequest: null } fork, Run: var run } && node <= account.Inherited
            ? $"Node {node} is of {fork.Run}, which {run} branches from, and so is its pull request: 'agentide pr {fork.Run} --node {node}'. What {run} comes to itself is proposed by 'agentide pr {run}' where it is better, else with --node N; 'agentide run --resume {run}' lets it go on."
            : null;

    private static string? Refusal(Node node, RunId run) => node switch
    {
        { Failure: { } failure } => $"Node {node.Id} of {run} failed ({failure.Message}): a pull request proposes a node with a score.",
        { Score: null } => $"Node {node.Id} of {run} has no score yet: a pull request proposes a node with one.",
        { Rejected: { } rejection } => $"Node {node.Id} of {run} was rejected by {rejection.By}: 'agentide reject {run} {node.Id} --restore' takes that back.",
        _ => null,
    };

    private static string TitleOf(Journal journal, Node node, Func<string, string> redact)
    {
        TaskFacts task = journal.Task!;
        string named = GitHubText.Words(redact(task.Title), 60) is { Length: > 0 } title ? title : GitHubText.Words(task.Id, 60);
        string score = $"{GitHubText.Words(task.Metric.DisplayName, 20)} {Figures.WithError(node.Standing!.Value, node.Standing.StandardError)}{Wording.Ground(node.Standing)}";
        string all = $"{EditedText.TitleStart}{named}: {score}";
        return all.Length <= MaximumTitle ? all : all[..MaximumTitle];
    }

    private static string TextOf(Evidence evidence, string marker) => BodyText.Write(
        [
            Overview.Warning(evidence),
            Overview.Base(evidence),
            Overview.Asked(evidence),
            Overview.Issue(evidence),
            Overview.Done(evidence),
            ReviewSection.Of(evidence),
            ScoreSections.Table(evidence),
            ScoreSections.Chart(evidence),
            StepSections.Steps(evidence),
            StepSections.Tree(evidence),
            StepSections.Tried(evidence),
            ConcernSection.Of(evidence),
            Circumstances.Sandbox(evidence),
            Circumstances.Spend(evidence),
            RunAgain.Of(evidence),
        ],
        evidence.Journal.Settings!.Run,
        marker,
        MaximumBody);
}
