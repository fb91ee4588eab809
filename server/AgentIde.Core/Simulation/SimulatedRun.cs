using System.Collections.Immutable;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Core.Simulation;

/// <summary>
/// One run of a policy against the model, on a clock that nothing waits for. The policy is asked as a real run asks it:
/// with the journal that the events so far make, by K workers, each as soon as it is free. What comes of the n-th node
/// is drawn from the seed and n, so that two policies with the same seed have the same luck as far as they go the same
/// way.
/// </summary>
internal sealed class SimulatedRun
{
    /// <summary>With less time than that no node is started, as in a real run; the refit of the best is reserved likewise.</summary>
    private const double ShortestExecution = 1;

    private const double Refit = 1.5;

    /// <summary>A node of no length at all would let a run go on for ever.</summary>
    private const double ShortestNode = 0.01;

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private static readonly Digest Code = Digest.Of("simulated");

    private readonly IPolicy _policy;
    private readonly OutcomeModel _model;
    private readonly ScoreScale _scale;
    private readonly SimulationPlan _plan;
    private readonly long _seed;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly HashSet<string> _families = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(int Node, Outcome Outcome, double End), (double End, int Node)> _underWay = new();
    private readonly double[] _quarters;
    private Journal _journal;
    private double _now;
    private int _drafts;
    private int _far;

    private SimulatedRun(IPolicy policy, OutcomeModel model, ScoreScale scale, Journal begun, SimulationPlan plan, long seed)
    {
        (_policy, _model, _scale, _journal, _plan, _seed) = (policy, model, scale, begun, plan, seed);
        _quarters = [scale.Worst, scale.Worst, scale.Worst, scale.Worst];
    }

    /// <summary>The journal of a run that has just begun; the same for each seed.</summary>
    public static Journal Begin(IPolicy policy, OutcomeModel model, PoolRun example, SimulationPlan plan)
    {
        ImmutableArray<Operator>? operators = policy.ChoosesOperators
            ? [.. Enum.GetValues<Operator>().Where(@operator => @operator is Operator.Draft or Operator.Debug || model.Count(@operator) > 0)]
            : null;
        RunSettings settings = new(
            RunId.Parse("simulated-1"), "", "", "simulated", policy.Name, ProgramLanguage.Python, 0, 0, new Budget(plan.Nodes, plan.Seconds), plan.Workers > 1 ? plan.Workers : null)
        {
            Operators = operators,
        };
        TaskFacts task = new(example.Task, example.Task, "", example.Metric, "", "", [], Code);
        return Journal.Empty.Apply(new RecordedEvent(1, Start, 1, new RunStarted(settings, task, null)));
    }

    public static SimulatedResult Play(IPolicy policy, OutcomeModel model, ScoreScale scale, Journal begun, SimulationPlan plan, long seed) =>
        new SimulatedRun(policy, model, scale, begun, plan, seed).Play();

    private SimulatedResult Play()
    {
        while (true)
        {
            while (_underWay.Count < _plan.Workers && _nodes.Count < _plan.Nodes && SecondsForSearch() >= ShortestExecution)
            {
                StartNode();
            }

            // What is not done in time never is.
            if (!_underWay.TryDequeue(out (int Node, Outcome Outcome, double End) next, out _) || next.End > _plan.Seconds)
            {
                break;
            }

            _now = next.End;
            End(next.Node, next.Outcome);
        }

        bool byNodes = _nodes.Count >= _plan.Nodes && SecondsForSearch() >= ShortestExecution;
        return new SimulatedResult([.. _quarters], _nodes.Count, _journal.ValidNodes, byNodes, _quarters[^1] >= _scale.Best - 1e-9, _far);
    }

    private double SecondsForSearch() =>
        _plan.Seconds - _now - (_journal.Best is { } best ? Refit * (_journal[best].Execution?.Seconds ?? 0) : 0);

    private void StartNode()
    {
        int id = _nodes.Count + 1;
        Draws draws = new(_seed, id, "policy");
        Decision decision = _policy.Choose(_journal, draws);
        SplitMix fate = SplitMix.Of(_seed, id);
        Outcome outcome = decision.Parents.IsEmpty
            ? _model.Draft(++_drafts, _families, ref fate)
            : _model.Step(decision.Operator, [.. decision.Parents.Select(parent => _nodes[parent - 1])], ref fate);
        if (decision.Parents.IsEmpty && outcome.Family is { } family)
        {
            // Once it is proposed, the next draft is of another one.
            _families.Add(family);
        }

        _far += outcome.Distance > SimulationReport.Far ? 1 : 0;
        double? score = outcome.Score;
        _nodes.Add(new SimulatedNode(score, score ?? (decision.Parents.IsEmpty ? null : _nodes[decision.Parents[0] - 1].Base), outcome.Failure, outcome.Signature, outcome.Family));
        Add(new NodeStarted(id, decision.Operator, decision.Parents, decision.Why, []));
        if (outcome.Failure != FailureKind.NoAnswer)
        {
            Add(new NodeProposed(id, "", Code, [], NotesOf(outcome.Family), null, outcome.Lines));
        }

        double end = _now + Math.Max(outcome.Seconds, ShortestNode);
        _underWay.Enqueue((id, outcome, end), (end, id));
    }

    private void End(int id, Outcome outcome)
    {
        if (outcome.Failure != FailureKind.NoAnswer)
        {
            Add(new ExecutionStarted(id, 1, ExecutionPurpose.Search));
            Add(new ExecutionEnded(id, 1, ExecutionPurpose.Search, new ExecutionRecord(Ending.Exited, 0, null, false, outcome.Seconds, null, null, Code, null, null, null)));
        }

        if (outcome.Score is not { } scaled)
        {
            Add(new NodeFailed(id, new Failure(outcome.Failure!.Value, outcome.Signature ?? "unknown", null, null)));
            return;
        }

        double value = _scale.Score(scaled);
        ImmutableArray<Comparison>.Builder comparisons = ImmutableArray.CreateBuilder<Comparison>();
        foreach (int other in _journal[id].Parents.Concat(_journal.Best is { } best ? [best] : []).Distinct())
        {
            if (_journal[other].Score is { } theirs)
            {
                comparisons.Add(new Comparison(other, _journal.Task!.Metric.Gain(value, theirs.Value), _scale.Error(outcome.Error)));
            }
        }

        Add(new NodeScored(id, new Score(value, ScoreKind.Verified, null, null, comparisons.ToImmutable())));
        for (int quarter = 0; quarter < _quarters.Length; quarter++)
        {
            if (_now <= _plan.Seconds * (quarter + 1) / _quarters.Length)
            {
                _quarters[quarter] = Math.Max(_quarters[quarter], scaled);
            }
        }
    }

    private void Add(RunEvent @event) => _journal = _journal.Apply(new RecordedEvent(_journal.Seq + 1, Start.AddSeconds(_now), 1, @event));

    private static string? NotesOf(string? family) => family is null ? null : $$"""{"family":"{{JsonEncodedText.Encode(family)}}"}""";
}

/// <param name="Quarters">The best score on the pool's scale when a quarter, a half, three quarters and the whole of the time were gone; the worst recorded one where there was none.</param>
/// <param name="EndedByNodes">Whether the cap of nodes ended it, with time left.</param>
/// <param name="AtBest">Whether it came to the best recorded node.</param>
/// <param name="Far">Nodes that were drawn from a recorded one whose parent was far from theirs.</param>
internal sealed record SimulatedResult(ImmutableArray<double> Quarters, int Nodes, int Valid, bool EndedByNodes, bool AtBest, int Far);
