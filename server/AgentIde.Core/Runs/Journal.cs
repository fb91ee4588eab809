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
public sealed record Journal
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

    /// <summary>The valid node with the best score that nobody rejected; the earliest among equals.</summary>
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

    public Journal Apply(IEnumerable<RecordedEvent> events) => events.Aggregate(this, (journal, recorded) => journal.Apply(recorded));

    public Journal Apply(RecordedEvent recorded)
    {
        Check(recorded.Seq == Seq + 1, $"Event {recorded.Seq} follows event {Seq}.");
        Check((Settings is null) == (recorded.Event is RunStarted), Settings is null ? "A run begins with run-started." : "A run starts once.");
        Check(MayFollow(recorded.Event), $"Event {recorded.Seq} comes after the run has finished.");
        TimeSpan step = LastAt is { } last && recorded.Epoch == Epoch && recorded.At > last ? recorded.At - last : TimeSpan.Zero;
        bool counts = Finished is null && !IsPaused;
        TimeSpan preparation = PreparationOf(recorded.Event);
        return On(recorded.Event) with
        {
            Seq = recorded.Seq,
            StartedAt = StartedAt ?? recorded.At,
            LastAt = recorded.At,
            Epoch = recorded.Epoch,
            Spent = (Inherited(recorded) ?? (counts ? Spent + step : Spent)) + preparation,
            Preparation = Preparation + preparation,
        };
    }

    /// <summary>
    /// The time that had been taken at an event that was copied from the run that this one goes on from; with the first that was not, all of its time
    /// is. Null for every other event. No time is given back, whatever a log says.
    /// </summary>
    private TimeSpan? Inherited(RecordedEvent recorded)
    {
        RunFork? fork = recorded.Event is RunStarted started ? started.Settings.Fork : Settings?.Fork;
        double? seconds = fork switch
        {
            null => null,
            { Elapsed: not { } } => recorded.Event is RunStarted ? fork.Seconds : null,
            { Elapsed: { } elapsed } when recorded.Seq <= elapsed.Length => elapsed[(int)recorded.Seq - 1],
            { Elapsed.Length: var copied } => recorded.Seq == copied + 1 ? fork.Seconds : null,
        };
        return seconds is { } known ? TimeSpan.FromTicks(Math.Max(Spent.Ticks, TimeSpan.FromSeconds(known).Ticks)) : null;
    }

    /// <summary>The same without what came of the run's end: what a run that goes on from it knows.</summary>
    internal Journal WithoutEnd() => this with { FinalRound = null, Choice = null, Finished = null, Private = null, Audits = Audits.Clear() };

    /// <summary>What came before the events of a process; a log may come from a stranger, and no time is given back.</summary>
    private static TimeSpan PreparationOf(RunEvent @event)
    {
        double? seconds = @event switch
        {
            RunStarted started => started.Preparation,
            RunResumed resumed => resumed.Preparation,
            _ => null,
        };
        return seconds is > 0 and < 1e6 and { } spent ? TimeSpan.FromSeconds(spent) : TimeSpan.Zero;
    }

    private Journal On(RunEvent @event) => @event switch
    {
        RunStarted started => this with { Settings = started.Settings, Task = started.Task, Sandbox = started.Sandbox, SandboxNow = started.Sandbox },
        RunResumed resumed => OnResumed(resumed),
        HoldoutMade made => this with { Split = made.Split },
        DataProfiled profiled => this with { Profile = profiled.Profile, Observations = profiled.Observations },
        NodeStarted started => OnStarted(started),
        CallReserved reserved => OnReserved(reserved),
        CallWritten written => OnWritten(written),
        CallEnded ended => OnEnded(ended),
        CallRefused refused => this with { Refused = Refused ?? refused.Why },
        NodeProposed proposed => OnProposed(proposed),
        EngineerExhausted exhausted => this with { Exhausted = exhausted.Why },
        ExecutionStarted started => OnStarted(started),
        OutputWritten written => OnWritten(written),
        ExecutionEnded ended => OnEnded(ended),
        ExecutionAbandoned abandoned => Close(abandoned.Node, abandoned.Purpose, abandoned.Attempt),
        NodeScored scored => OnScored(scored),
        NodeFailed failed => OnFailed(failed),
        NodeReviewed reviewed => OnReviewed(reviewed.Node, new NodeReview(reviewed.Summary, reviewed.IsSuspect, reviewed.Findings, By: reviewed.By)),
        ReviewFailed failed => OnReviewed(failed.Node, new NodeReview("", false, [], failed.Why)),
        FinalistsNamed named => OnNamed(named),
        FinalistTried tried => OnTried(tried),
        SolutionChosen chosen => this with { Choice = new Choice(this[chosen.Node].Id, chosen.Why, chosen.Ending, null) },
        SecondHoldoutOpened opened => OnOpened(opened),
        SolutionRefitted refitted => this with { Choice = Chosen() with { Refit = refitted } },
        NodeApplied applied => this with { Applied = Applied.Add(applied with { Node = this[applied.Node].Id }) },
        HintGiven given => Took(given.Request) with { Hints = Hints.Add(new Hint(given.By, given.Text)) },
        BranchAsked asked => OnAsked(asked),
        NodeRejected rejected => OnRejected(rejected.Node, new Rejection(rejected.By, rejected.Why), rejected.Request),
        NodeRestored restored => OnRejected(restored.Node, null, restored.Request),
        BudgetChanged changed => Took(changed.Request) with { Settings = Settings! with { Budget = changed.Budget } },
        RunPaused paused => this with { IsPaused = true, Held = paused.Node is { } held ? Held.Add(this[held].Id) : Held },
        RunContinued continued => this with { IsPaused = false, Held = continued.Node is { } released ? Held.Remove(released) : [] },
        RunFinished finished => this with { Finished = finished, IsPaused = false, Held = [] },
        PrivateScored scored => this with { Private = scored },
        NodeAudited audited => With(audited),
        _ => throw new RunStoreException($"No rule folds {@event.GetType().Name}."),
    };

    private Journal OnNamed(FinalistsNamed named)
    {
        Check(FinalRound is null && Choice is null, "Finalists are named once, before the choice.");
        Check(named.Nodes.Length > 1 && named.Nodes.Distinct().Count() == named.Nodes.Length && named.Nodes.All(node => this[node].IsValid), "Finalists are several nodes, each with a score.");
        return this with { FinalRound = new FinalRound(named.Ending, named.Rows, named.Files, [.. named.Nodes.Select(node => new Finalist(node))]) };
    }

    private Journal OnTried(FinalistTried tried)
    {
        Finalist finalist = FinalistOf(tried.Node);
        Check(Choice is null && finalist.Result is null, $"Node {tried.Node} is tried on a fresh split once, before the choice.");
        return WithFinalist(finalist with { Result = tried });
    }

    private Finalist FinalistOf(int node) => FinalRound?.Of(node) ?? throw new RunStoreException($"The run's log does not fit together: Node {node} is no finalist.");

    private Journal WithFinalist(Finalist finalist) => this with { FinalRound = FinalRound!.With(finalist) };

    /// <summary>The same with what a node's program showed when it was executed for an audit, in place of what it showed before.</summary>
    public Journal With(NodeAudited audited) => this with { Audits = Audits.SetItem(this[audited.Node].Id, audited) };

    /// <summary>Opened twice, it would be one more figure to choose by.</summary>
    private Journal OnOpened(SecondHoldoutOpened opened)
    {
        Check(Chosen() is { Second: null } choice && choice.Node == opened.Node, "The second holdout is opened once, for the chosen node.");
        return this with { Choice = Chosen() with { Second = opened } };
    }

    /// <summary>A larger budget gives a search that was refused another try, unless its result is chosen already.</summary>
    private Journal OnResumed(RunResumed resumed) => resumed.Budget is not { } budget
        ? this with { IsPaused = false, Held = [], SandboxNow = resumed.Sandbox }
        : this with { IsPaused = false, Held = [], SandboxNow = resumed.Sandbox, Settings = Settings! with { Budget = budget }, Refused = IsSearched ? Refused : null };

    private Journal OnReserved(CallReserved reserved)
    {
        Check(reserved.Call == Spending.Calls + 1, $"Call {reserved.Call} follows call {Spending.Calls}.");
        Node node = this[reserved.Node];
        ModelCall call = new(reserved.Call, Spending.Shared(reserved.Model), reserved.Prompt, reserved.Maximum, reserved.Dollars, reserved.Day, null) { Sample = reserved.Sample, IsReview = reserved.IsReview ?? node.IsValid };
        return With(node with { Calls = node.Calls.Add(call) }) with { Spending = Spending.WithReserved(call) };
    }

    private Journal OnWritten(CallWritten written)
    {
        Node node = this[written.Node];
        ModelCall? open = node.Calls.FirstOrDefault(call => call.Number == written.Call && call.IsOpen);
        Check(open is not null, $"Call {written.Call} of node {written.Node} is heard that is not under way.");
        return With(node with { Calls = node.Calls.Replace(open!, open! with { SoFar = (open.SoFar ?? CallSoFar.Nothing).With(written) }) });
    }

    private Journal OnEnded(CallEnded ended)
    {
        Node node = this[ended.Node];
        ModelCall? open = node.Calls.FirstOrDefault(call => call.Number == ended.Call && call.IsOpen);
        Check(open is not null, $"Call {ended.Call} of node {ended.Node} ends that did not begin.");
        ModelCall call = open! with { SoFar = null, Outcome = new CallOutcome(ended.Answer, ended.Thinking, ended.Problem, ended.Usage, ended.Dollars ?? open.MaximumDollars, ended.Seconds, ended.IsCut) };
        return With(node with { Calls = node.Calls.Replace(open!, call) }) with { Spending = Spending.WithEnded(open!, call) };
    }

    private Journal OnStarted(NodeStarted started)
    {
        Check(started.Node == Nodes.Count + 1, $"Node {started.Node} follows node {Nodes.Count}.");
        Check(started.SampleOf is null || Samples.Contains(started.SampleOf), $"Node {started.Node} takes an answer that nobody has left.");
        AskedBranch? asked = started.Asked is { } number ? Asked.Find(branch => branch.Number == number) : null;
        Check(started.Asked is null == asked is null, $"Node {started.Node} answers what nobody asked for.");
        ImmutableList<Node> nodes = Nodes;
        ImmutableSortedSet<int> buggyLeaves = BuggyLeaves;
        foreach (int parent in started.Parents)
        {
            Node before = this[parent];
            nodes = nodes.SetItem(parent - 1, before with { Children = before.Children.Add(started.Node) });
            buggyLeaves = buggyLeaves.Remove(parent);
        }

        string why = Nodes.IsEmpty || Nodes[^1].Why != started.Why ? started.Why : Nodes[^1].Why;
        int debugDepth = started.Operator == Operator.Debug && !started.Parents.IsEmpty ? this[started.Parents[0]].DebugDepth + 1 : 0;
        return this with
        {
            Nodes = nodes.Add(new Node { Id = started.Node, Operator = started.Operator, Parents = started.Parents, Why = why, Depth = started.Parents.IsEmpty ? 0 : this[started.Parents[0]].Depth + 1, DebugDepth = debugDepth, SampleOf = started.SampleOf, Hint = asked?.Hint, Given = GivenBy(asked), Comment = asked?.Comment }),
            BuggyLeaves = buggyLeaves,
            Samples = started.SampleOf is null ? Samples : Samples.Remove(started.SampleOf),
            Asked = asked is null ? Asked : Asked.Remove(asked),
            Drafts = Drafts + (started.Operator == Operator.Draft ? 1 : 0),
        };
    }

    private static Given? GivenBy(AskedBranch? asked) => asked is { Plan: not null } or { Code: not null } ? new Given(asked.By, asked.Plan, asked.Code) : null;

    private Journal OnProposed(NodeProposed proposed)
    {
        Node node = this[proposed.Node];
        Check(node.Code is null, $"Node {node.Id} is proposed twice.");
        Check(proposed.SameAs is not { } same || (same != node.Id && this[same].Code == proposed.Code), $"Node {node.Id} is said to have the code of node {proposed.SameAs}, which has another.");
        Check(node.Given is not { Code: { } given } || given == proposed.Code, $"Node {node.Id} has another program than the one that a person wrote for it.");
        ImmutableArray<int> samples = proposed.Samples ?? [];
        Check(
            samples.Distinct().Count() == samples.Length && !samples.Contains(proposed.Call ?? 0) && samples.All(sample => CallOf(node.Id, sample)?.Outcome is { Answer: not null }),
            $"Node {node.Id} leaves answers that it does not have.");
        Journal next = With(node with
        {
            Call = proposed.Call,
            Samples = proposed.Samples,
            Plan = proposed.Plan,
            Code = proposed.Code,
            Reasons = node.Parent is { } parent ? Shared(proposed.Reasons, this[parent].Reasons) : proposed.Reasons,
            Notes = proposed.Notes,
            SameAs = proposed.SameAs,
            Lines = proposed.Lines,
            Origin = proposed.Origin,
        });
        return next with { Samples = Samples.AddRange(samples.Select(sample => new SampleOf(node.Id, sample))) };
    }

    private ModelCall? CallOf(int node, int call) => this[node].Calls.FirstOrDefault(made => made.Number == call);

    /// <summary>
    /// The same reasons; where a block stands as it did in the parent, its texts are the parent's own strings. Most
    /// blocks do, and a journal of ten thousand nodes would hold each text a thousand times.
    /// </summary>
    private static ImmutableArray<Reason> Shared(ImmutableArray<Reason> reasons, ImmutableArray<Reason> parents)
    {
        ImmutableArray<Reason>.Builder shared = ImmutableArray.CreateBuilder<Reason>(reasons.Length);
        foreach (Reason reason in reasons)
        {
            Reason? same = parents.FirstOrDefault(other => other.Block == reason.Block);
            shared.Add(
                same is null ? reason
                : same == reason ? same
                : reason with { Block = same.Block, Text = same.Text == reason.Text ? same.Text : reason.Text });
        }

        return shared.MoveToImmutable();
    }

    private Journal OnStarted(ExecutionStarted started)
    {
        Node node = this[started.Node];
        int attempts = started.Purpose switch
        {
            ExecutionPurpose.Refit => RefitAttempts,
            ExecutionPurpose.Fresh => FinalistOf(started.Node).Attempts,
            _ => node.Attempts,
        };
        Check(started.Attempt == attempts + 1, $"Attempt {started.Attempt} to execute node {started.Node} follows attempt {attempts}.");
        Check(!OpenExecutions.Any(open => open.Node == started.Node && open.Purpose == started.Purpose), $"Node {started.Node} is executed while it is executed.");
        Journal opened = this with { OpenExecutions = OpenExecutions.Add(started) };
        ExecutionSetting setting = SettingOf(started);
        return started.Purpose switch
        {
            ExecutionPurpose.Refit => opened with { RefitAttempts = started.Attempt, RefitSetting = setting },
            ExecutionPurpose.Fresh => opened.WithFinalist(FinalistOf(started.Node) with { Attempts = started.Attempt }),
            _ => opened.With(node with { Attempts = started.Attempt, Setting = setting }),
        };
    }

    /// <summary>The one of the node before where it is the same: a journal of ten thousand nodes holds few.</summary>
    private ExecutionSetting SettingOf(ExecutionStarted started)
    {
        ExecutionSetting setting = new(SandboxNow, started.Bounds);
        return started.Node > 1 && this[started.Node - 1].Setting is { } before && before == setting ? before : setting;
    }

    private Journal OnWritten(OutputWritten written)
    {
        const int kept = 8 << 10;
        Check(OpenExecutions.Any(open => open.Node == written.Node && open.Purpose == written.Purpose && open.Attempt == written.Attempt), $"Node {written.Node} writes without being executed.");
        Node node = this[written.Node];
        string all = node.OutputSoFar + written.Text;
        return With(node with { OutputSoFar = all.Length <= kept ? all : all[^kept..] });
    }

    private Journal OnEnded(ExecutionEnded ended)
    {
        Journal closed = Close(ended.Node, ended.Purpose, ended.Attempt);
        return ended.Purpose switch
        {
            ExecutionPurpose.Refit => closed with { RefitExecution = ended.Execution },
            ExecutionPurpose.Fresh => closed.WithFinalist(FinalistOf(ended.Node) with { Execution = ended.Execution }),
            _ => closed.With(closed[ended.Node] with { Execution = ended.Execution }),
        };
    }

    private Journal OnScored(NodeScored scored)
    {
        Journal next = With(this[scored.Node] with { Score = scored.Score, BestBefore = Best }) with { ValidNodes = ValidNodes + 1 };
        bool better = this[scored.Node].Rejected is null && (Best is not { } best || Task!.Metric.IsBetter(scored.Score.Value, this[best].Score!.Value));
        return better ? next with { Best = scored.Node } : next;
    }

    private Journal OnFailed(NodeFailed failed)
    {
        Node node = this[failed.Node] with { Failure = failed.Failure };
        if (failed.Failure.Kind == FailureKind.NoAnswer)
        {
            Journal next = With(node);
            return next with { BuggyLeaves = BuggyLeaves.Union(node.Parents.Where(next.IsBuggyLeaf)) };
        }

        return With(node) with { BuggyLeaves = node.Rejected is null ? BuggyLeaves.Add(node.Id) : BuggyLeaves };
    }

    private Journal OnAsked(BranchAsked asked)
    {
        int number = BranchesAsked + 1;
        return Took(asked.Request) with { BranchesAsked = number, Asked = Asked.Add(new AskedBranch(number, this[asked.Node].Id, asked.By, asked.Hint, asked.Plan, asked.Code, asked.Comment)) };
    }

    private Journal OnRejected(int id, Rejection? rejection, string? request)
    {
        Node node = this[id];
        Check(node.Rejected is null != rejection is null, $"Node {id} is rejected or restored twice.");
        Journal next = Took(request).With(node with { Rejected = rejection });
        return next with { Best = next.BestOfAll(), BuggyLeaves = next.IsBuggyLeaf(id) ? BuggyLeaves.Add(id) : BuggyLeaves.Remove(id) };
    }

    private bool IsBuggyLeaf(int id) =>
        this[id] is { Failure.Kind: not FailureKind.NoAnswer, Rejected: null } node && node.Children.All(child => this[child].Failure?.Kind == FailureKind.NoAnswer);

    private int? BestOfAll()
    {
        Node? best = null;
        foreach (Node node in Nodes.Where(node => node is { IsValid: true, Rejected: null }))
        {
            best = best is null || Task!.Metric.IsBetter(node.Score!.Value, best.Score!.Value) ? node : best;
        }

        return best?.Id;
    }

    private Journal Took(string? request) => request is null ? this : this with { Taken = Taken.Add(request) };

    private Journal OnReviewed(int node, NodeReview review)
    {
        // Another program reviews what failed as well.
        Check(this[node] is { Review: null } reviewed && (reviewed.IsValid || review.By is not null), $"Node {node} is reviewed that has no score, or twice.");
        return With(this[node] with { Review = review });
    }

    private Journal Close(int node, ExecutionPurpose purpose, int attempt)
    {
        ExecutionStarted? open = OpenExecutions.FirstOrDefault(execution => execution.Node == node && execution.Purpose == purpose && execution.Attempt == attempt);
        Check(open is not null, $"Attempt {attempt} to execute node {node} ends that did not begin.");
        return With(this[node] with { OutputSoFar = "" }) with { OpenExecutions = OpenExecutions.Remove(open!) };
    }

    private Journal With(Node node) => this with { Nodes = Nodes.SetItem(node.Id - 1, node) };

    private Choice Chosen() => Choice ?? throw new RunStoreException("A refit comes before the choice.");

    private static void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new RunStoreException($"The run's log does not fit together: {message}");
        }
    }
}
