using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>
/// The tree as it stands: a fold over the events of a run, and nothing else. Immutable; a live run and a replayed one
/// come to the same journal. An event that doesn't fit what came before throws <see cref="RunStoreException"/>: such a
/// log was not written by a run, and a fold that guesses would hide it.
/// </summary>
public sealed partial record Journal
{
    public static Journal Empty { get; } = new();

    public long Seq { get; private init; }

    public RunSettings? Settings { get; private init; }

    public TaskFacts? Task { get; private init; }

    public SandboxReport? Sandbox { get; private init; }

    /// <summary>Where code runs since the last process took the run up; null where that one did not say.</summary>
    public SandboxReport? SandboxNow { get; private init; }

    public SplitFacts? Split { get; private init; }

    public DataProfile? Profile { get; private init; }

    public ImmutableArray<string> Observations { get; private init; } = [];

    /// <summary>Node <c>n</c> stands at index <c>n − 1</c>.</summary>
    public ImmutableList<Node> Nodes { get; private init; } = [];

    /// <summary>The valid node with the best score that nobody rejected; the earliest among equals. Where some have a score over all folds it is one of these.</summary>
    public int? Best { get; private init; }

    /// <summary>
    /// Nodes whose code failed, that have no child yet and that nobody rejected, in order: what Debug can take up. A child that came to no code
    /// counts for none.
    /// </summary>
    public ImmutableSortedSet<int> BuggyLeaves { get; private init; } = [];

    /// <summary>How many drafts were started.</summary>
    public int Drafts { get; private init; }

    public int ValidNodes { get; private init; }

    /// <summary>Wall time while a process was running the run.</summary>
    public TimeSpan Spent { get; private init; }

    /// <summary>What of it came before the events: processes started and sandboxes were probed.</summary>
    public TimeSpan Preparation { get; private init; }

    public bool IsPaused { get; private init; }

    /// <summary>Nodes that wait before their next step because of a debugger.</summary>
    public ImmutableSortedSet<int> Held { get; private init; } = [];

    /// <summary>Executions that began and did not end: at most one for each node and purpose.</summary>
    public ImmutableArray<ExecutionStarted> OpenExecutions { get; private init; } = [];

    /// <summary>The engineer's last word where it has run out of ideas.</summary>
    public string? Exhausted { get; private init; }

    /// <summary>Whether that is for want of time alone.</summary>
    public bool IsOutOfTime { get; private init; }

    /// <summary>Answers that wait to become nodes, in the order in which they do.</summary>
    public ImmutableList<SampleOf> Samples { get; private init; } = [];

    /// <summary>What people told the engineer to bear in mind, newest last.</summary>
    public ImmutableList<Hint> Hints { get; private init; } = [];

    /// <summary>Branches that people asked for and no node has answered yet, in order.</summary>
    public ImmutableList<AskedBranch> Asked { get; private init; } = [];

    /// <summary>How many branches people asked for.</summary>
    public int BranchesAsked { get; private init; }

    /// <summary>Comments of the pull request that the run has taken up, whether a node has answered them yet or not.</summary>
    public IEnumerable<ReviewComment> Comments => Nodes.Select(node => node.Comment).Concat(Asked.Select(asked => asked.Comment)).OfType<ReviewComment>();

    /// <summary>The names of the requests that what people decided came by: none is taken twice.</summary>
    internal ImmutableHashSet<string> Taken { get; private init; } = [];

    /// <summary>What was spent on models, what is set aside for calls under way included.</summary>
    public Spending Spending { get; private init; } = Spending.None;

    /// <summary>What did not fit into the budget for models, where that ended the search.</summary>
    public string? Refused { get; private init; }

    /// <summary>The nodes that are tried on a fresh split before one is chosen; null where none were named.</summary>
    public FinalRound? FinalRound { get; private init; }

    public Choice? Choice { get; private init; }

    /// <summary>Whether the search is over: no node is started any more, whatever is asked.</summary>
    public bool IsSearched => FinalRound is not null || Choice is not null || Finished is not null;

    public ExecutionRecord? RefitExecution { get; private init; }

    public int RefitAttempts { get; private init; }

    /// <summary>Null where there was no refit.</summary>
    public ExecutionSetting? RefitSetting { get; private init; }

    public RunFinished? Finished { get; private init; }

    public PrivateScored? Private { get; private init; }

    /// <summary>What was written into the user's files, newest last.</summary>
    public ImmutableList<NodeApplied> Applied { get; private init; } = [];

    /// <summary>By node: what its program showed when it was executed for an audit last.</summary>
    public ImmutableSortedDictionary<int, NodeAudited> Audits { get; private init; } = ImmutableSortedDictionary<int, NodeAudited>.Empty;

    public DateTimeOffset? StartedAt { get; private init; }

    public DateTimeOffset? LastAt { get; private init; }

    public int Epoch { get; private init; }

    /// <summary>Scored nodes with an execution of their own that no review has come to, in order.</summary>
    public IEnumerable<Node> Unreviewed => Nodes.Where(node => node is { IsValid: true, SameAs: null, Review: null });

    /// <summary>Nodes that were started and are neither valid nor buggy yet, in order.</summary>
    public IEnumerable<Node> UnderWay => Nodes.Where(node => !node.IsDone);

    public Node this[int node] => node >= 1 && node <= Nodes.Count
        ? Nodes[node - 1]
        : throw new RunStoreException($"The run has no node {node}: it has {Nodes.Count}.");

    /// <summary>The node whose execution stands for this one's: itself, or the one with the same code that was executed.</summary>
    public Node Executed(int node)
    {
        Node executed = this[node];
        while (executed.SameAs is { } same)
        {
            // It had its code before this one had: the way ends.
            executed = this[same];
        }

        return executed;
    }

    /// <summary>The call whose answer the node's program is, or the last one that was answered for it; null where none was.</summary>
    public ModelCall? AnswerOf(Node node) =>
        node.SampleOf is { } sample ? CallOf(sample.Node, sample.Call)
        : node.Call is { } call ? CallOf(node.Id, call)
        : node.Calls.LastOrDefault(made => made is { IsReview: false, Outcome: { Problem: null } });

    public bool Has(int node) => node >= 1 && node <= Nodes.Count;

    /// <summary>The node and its first parents up to the root.</summary>
    public IEnumerable<Node> Lineage(int node)
    {
        for (int? current = node; current is { } id; current = this[id].Parent)
        {
            yield return this[id];
        }
    }

    /// <summary>What the program of a node showed when it was executed for an audit last; null where it never was.</summary>
    public NodeAudited? AuditOf(int node) => Audits.IsEmpty ? null : Audits.GetValueOrDefault(Executed(node).Id);

    /// <summary>Whether a run that has come so far may go on with the event: a finished one is graded, applied and audited, and nothing else.</summary>
    public bool MayFollow(RunEvent @event) => Finished is null || @event is NodeApplied or PrivateScored or NodeAudited;

    /// <summary>The same without what came of the run's end: what a run that goes on from it knows.</summary>
    internal Journal WithoutEnd() => this with { FinalRound = null, Choice = null, Finished = null, Private = null, Audits = Audits.Clear() };
}
