using System.Collections.Immutable;
using AgentIde.Core.Engineering;

namespace AgentIde.Core.Runs;

/// <content>How each event changes it.</content>
public sealed partial record Journal
{
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
        EngineerExhausted exhausted => this with { Exhausted = exhausted.Why, IsOutOfTime = exhausted.IsOfTime == true },
        ExecutionStarted started => OnStarted(started),
        OutputWritten written => OnWritten(written),
        ExecutionEnded ended => OnEnded(ended),
        ExecutionAbandoned abandoned => Close(abandoned.Node, abandoned.Purpose, abandoned.Attempt),
        NodeScored scored => OnScored(scored),
        NodeFailed failed => OnFailed(failed),
        NodeFolded folded => OnFolded(folded),
        NodeFoldFailed failed => OnFoldFailed(failed),
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
        BudgetChanged changed => Took(changed.Request).With(changed.Budget),
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
        : (this with { IsPaused = false, Held = [], SandboxNow = resumed.Sandbox, Refused = IsSearched ? Refused : null }).With(budget);

    /// <summary>With more time an engineer may have something left that would end.</summary>
    private Journal With(Budget budget) => this with
    {
        Settings = Settings! with { Budget = budget },
        Exhausted = IsOutOfTime && !IsSearched ? null : Exhausted,
        IsOutOfTime = IsOutOfTime && IsSearched,
    };

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
            ExecutionPurpose.Fold => FoldOf(node, started.Fold).Attempts,
            _ => node.Attempts,
        };
        Check(started.Attempt == attempts + 1, $"Attempt {started.Attempt} to execute node {started.Node} follows attempt {attempts}.");
        Check(!OpenExecutions.Any(open => open.Node == started.Node && open.Purpose == started.Purpose), $"Node {started.Node} is executed while it is executed.");
        Journal opened = this with { OpenExecutions = OpenExecutions.Add(started) };
        ExecutionSetting setting = SettingOf(started);
        return started.Purpose switch
        {
            ExecutionPurpose.Refit => opened with { RefitAttempts = started.Attempt, RefitSetting = setting },
            ExecutionPurpose.Fresh => opened.WithFinalist(FinalistOf(started.Node) with { Attempts = started.Attempt, Setting = setting }),
            ExecutionPurpose.Fold => opened.With(node, FoldOf(node, started.Fold) with { Attempts = started.Attempt, Setting = setting }),
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
            ExecutionPurpose.Fold => closed.With(closed[ended.Node], FoldOf(closed[ended.Node], ended.Fold) with { Execution = ended.Execution }),
            _ => closed.With(closed[ended.Node] with { Execution = ended.Execution }),
        };
    }

    private Journal OnScored(NodeScored scored)
    {
        Journal next = With(this[scored.Node] with { Score = scored.Score, BestBefore = Best }) with { ValidNodes = ValidNodes + 1 };
        bool better = this[scored.Node].Rejected is null
            && (Best is not { } best || (this[best] is { Folded: null } leader && (leader.FailedOnFold || Task!.Metric.IsBetter(scored.Score.Value, leader.Score!.Value))));
        return better ? next with { Best = scored.Node } : next;
    }

    private Journal OnFolded(NodeFolded folded)
    {
        Node node = MayFold(folded.Node);
        Check(
            node.SameAs is not null || Split?.Folds is not { } count || Enumerable.Range(2, count - 1).All(fold => node.Folds?.Of(fold)?.Execution is not null),
            $"Node {node.Id} has a score over all folds, and was not executed on all of them.");
        Journal next = With(node with
        {
            Folds = (node.Folds ?? NodeFolds.None) with { Result = folded },
            Folded = new Score(folded.Score, ScoreKind.VerifiedByFolds, folded.StandardError, node.Score!.Claim, folded.Comparisons),
        });
        foreach (Comparison pooled in folded.Comparisons)
        {
            Node other = next[pooled.Other];
            Check(other is { Folded: not null } && other.Id != node.Id, $"Node {node.Id} is compared over all folds with node {other.Id}, which has no score over them.");
            next = next.With(other with { Folded = other.Folded! with { Comparisons = [.. other.Folded.Comparisons.Where(known => known.Other != node.Id), new Comparison(node.Id, -pooled.Gain, pooled.StandardError)] } });
        }

        return next with { Best = next.BestOfAll() };
    }

    private Journal OnFoldFailed(NodeFoldFailed failed)
    {
        Node node = MayFold(failed.Node);
        Journal next = With(node with { Folds = (node.Folds ?? NodeFolds.None) with { Failed = failed } });
        return next with { Best = next.BestOfAll() };
    }

    private Node MayFold(int id)
    {
        Node node = this[id];
        Check(Split is null or { Folds: not null }, $"Node {id} is executed on folds, and the split has none.");
        Check(Choice is null && node is { IsValid: true, Folds: null or { Result: null, Failed: null } }, $"Node {id} comes to an end on the folds once, after its score and before the choice.");
        return node;
    }

    private FoldExecution FoldOf(Node node, int? fold)
    {
        Check(Split is null or { Folds: not null }, $"Node {node.Id} is executed on folds, and the split has none.");
        Check(fold is >= 2 && (Split?.Folds is not { } count || fold <= count), $"Node {node.Id} is executed on fold {fold?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"}, which is none.");
        return node.Folds?.Of(fold!.Value) ?? new FoldExecution(fold!.Value);
    }

    private Journal With(Node node, FoldExecution fold)
    {
        MayFold(node.Id);
        return With(node with { Folds = (node.Folds ?? NodeFolds.None).With(fold) });
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
            best = best is null || IsBetter(node, best) ? node : best;
        }

        return best?.Id;
    }

    /// <summary>A score over all folds comes before one on the first, and that before one of a node that failed on another. Scores of one kind alone are compared.</summary>
    private bool IsBetter(Node node, Node best)
    {
        int kind = Kind(node), known = Kind(best);
        return kind != known ? kind < known : Task!.Metric.IsBetter(node.Standing!.Value, best.Standing!.Value);

        static int Kind(Node one) => one.Folded is not null ? 0 : one.FailedOnFold ? 2 : 1;
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
