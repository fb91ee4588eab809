using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Tests.Stepping;

/// <summary>A run of a few workers that does all that runs do, in an order that numbers decide.</summary>
internal sealed class GeneratedRun
{
    private readonly JournalBuilder _run = new(budget: new Budget(1_000, 1e6));
    private readonly Queue<uint> _numbers;
    private readonly int _workers;
    private int _calls;

    private GeneratedRun(uint[] numbers)
    {
        _numbers = new Queue<uint>(numbers);
        _workers = 1 + Next(3);
    }

    public static List<RecordedEvent> Of(uint[] numbers)
    {
        GeneratedRun run = new(numbers);
        run._run.Add(new DataProfiled(Samples.Gems, ["Zeros stand for gaps."]));
        while (run._numbers.Count > 4)
        {
            run.Go();
        }

        run.Finish();
        return run._run.Events;
    }

    private Journal Journal => _run.Journal;

    private int Next(int below) => _numbers.TryDequeue(out uint number) ? (int)(number % below) : 0;

    private void Go()
    {
        switch (Next(12))
        {
            case 0 when Journal.IsPaused:
                _run.Add(new RunContinued("a person"));
                break;
            case 0:
                _run.Add(new RunPaused("a person"));
                break;
            case 1:
                _run.Add(new HintGiven("a person", "Try a log target."));
                break;
            case 2 when Done() is { } node:
                _run.Add(Journal[node].Rejected is null ? new NodeRejected(node, "a person", "It leaks.") : new NodeRestored(node, "a person"));
                break;
            case 3 when Done() is { } node && Journal[node].Code is { } code:
                _run.Add(new NodeApplied(node, code, "solution.py"));
                break;
            default:
                Node[] underWay = [.. Journal.UnderWay];
                if (underWay.Length < _workers && (underWay.Length == 0 || Next(2) == 0))
                {
                    Begin();
                }
                else
                {
                    Work(underWay[Next(underWay.Length)]);
                }

                break;
        }
    }

    private int? Done()
    {
        int[] done = [.. Journal.Nodes.Where(node => node.IsDone).Select(node => node.Id)];
        return done.Length == 0 ? null : done[Next(done.Length)];
    }

    private void Begin()
    {
        int? parent = Done();
        if (parent is not { } id || Next(4) == 0)
        {
            _run.Begin(Operator.Draft);
        }
        else
        {
            _run.Begin(Journal[id].IsValid ? Operator.Improve : Operator.Debug, id);
        }
    }

    private void Work(Node node)
    {
        ModelCall? open = node.Calls.LastOrDefault(call => call.IsOpen);
        bool isExecuted = Journal.OpenExecutions.Any(execution => execution.Node == node.Id);
        switch (node.Stage)
        {
            case NodeStage.Think when open is not null:
                _run.Add(Next(3) > 0
                    ? new CallWritten(node.Id, open.Number, "Hm. ", "import pandas", 20)
                    : new CallEnded(node.Id, open.Number, Digest.Of("answer"), null, null, "", new TokenUsage(100, 0, 50, 10), 0.01m, 3));
                break;
            case NodeStage.Think when Next(2) == 0:
                _run.Add(new CallReserved(node.Id, ++_calls, "openai:gpt", Digest.Of("prompt"), new TokenUsage(1_000, 0, 1_000, 0), 0.1m, default));
                break;
            case NodeStage.Think:
                _run.Add(new NodeProposed(node.Id, $"Plan {Next(9)}", Digest.Of($"code {Next(100)}"), [new Reason(1, 2, "model", $"Because of {Next(9)}.")], null, null, 12));
                break;
            case NodeStage.Execute when !isExecuted:
                _run.Add(new ExecutionStarted(node.Id, node.Attempts + 1, ExecutionPurpose.Search));
                break;
            case NodeStage.Execute when Next(2) == 0:
                _run.Add(new OutputWritten(node.Id, node.Attempts, ExecutionPurpose.Search, "epoch\n"));
                break;
            case NodeStage.Execute when Next(5) == 0:
                _run.Add(new ExecutionAbandoned(node.Id, node.Attempts, ExecutionPurpose.Search, "stopped"));
                break;
            case NodeStage.Execute:
                _run.Add(new ExecutionEnded(node.Id, node.Attempts, ExecutionPurpose.Search, new ExecutionRecord(Ending.Exited, Next(2), null, false, 1, 1, 1 << 20, Digest.Of("output"), null, null, null)));
                break;
            default:
                _run.Add(Next(3) == 0
                    ? new NodeFailed(node.Id, new Failure(FailureKind.Exception, "KeyError: 'z'", 3, "Traceback"))
                    : new NodeScored(node.Id, new Score(Next(1_000) / 1_000.0, ScoreKind.Verified, 0.01, null, [])));
                if (Journal[node.Id].IsValid && Next(3) == 0)
                {
                    _run.Add(new NodeReviewed(node.Id, "It reads the test rows.", Next(2) == 0, []));
                }

                break;
        }
    }

    private void Finish()
    {
        if (Journal.Best is { } best)
        {
            _run.Add(new SolutionChosen(best, "the best", RunEnding.NodesSpent));
            _run.Add(new ExecutionStarted(best, 1, ExecutionPurpose.Refit));
            _run.Add(new ExecutionEnded(best, 1, ExecutionPurpose.Refit, new ExecutionRecord(Ending.Exited, 0, null, false, 1, 1, 1 << 20, Digest.Of("output"), null, null, null)));
            _run.Add(new SolutionRefitted(best, true, 0.99, Digest.Of("submission"), "agrees"));
        }

        _run.Add(new RunFinished(RunEnding.NodesSpent, "all nodes are spent", Digest.Of("journal")));
    }
}
