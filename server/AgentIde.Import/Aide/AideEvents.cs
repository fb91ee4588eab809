using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Import.Aide;

/// <summary>
/// A run of AIDE as events of ours. Its metric is what its own code measured on its own validation, so each score is a
/// claim without an error; what the file does not tell is left out, and listed in the run's first event.
/// </summary>
internal sealed class AideEvents
{
    public const string Program = "AIDE";

    private const string Metric = "as AIDE's own code measured it";
    private const string UnnamedModel = "a model of AIDE's";
    private const string Why = "AIDE chose it, and its file does not tell why";

    private readonly AideRun _run;
    private readonly List<RunEvent> _events = [];
    private readonly Dictionary<Digest, Blob> _blobs = [];
    private int _calls;

    private AideEvents(AideRun run) => _run = run;

    public static ImportedRun Of(AideRun run, ImportRequest request)
    {
        AideEvents events = new(run);
        for (int index = 0; index < run.Nodes.Length; index++)
        {
            events.Add(index + 1, run.Nodes[index]);
        }

        string name = request.Name ?? request.Task?.Id ?? NameOf(run.File);
        Digest digest = Digest.Of(run.Bytes.Span);
        RunOrigin origin = new(Program, run.File, digest, Metric, [.. AideGaps.Of(run, request.Task is not null)]);
        TaskFacts task = Task(run, request.Task, name, digest);
        return new ImportedRun(
            name, id => new RunStarted(Settings(id, request, origin, run.Nodes.Length), task, null), [.. events._events], [.. events._blobs.Values], $"imported from {Program}: {run.File}");
    }

    private static RunSettings Settings(RunId id, ImportRequest request, RunOrigin origin, int nodes) => new(
        id, request.TaskFolder, request.SolutionFile, "aide", "aide's own", ProgramLanguage.Python, Seed: 0, SplitSeed: 0, new Budget(nodes, 0))
    {
        Origin = origin,
    };

    /// <summary>The metric is AIDE's in any case: it need not be the task's, nor measured on its rows.</summary>
    private static TaskFacts Task(AideRun run, TaskFacts? task, string name, Digest file)
    {
        MetricFacts metric = new("aide", "AIDE's metric", run.Maximize is true ? MetricDirection.HigherIsBetter : MetricDirection.LowerIsBetter, task?.Metric.Predicts ?? PredictionKind.Values);
        return task is not null ? task with { Metric = metric } : new TaskFacts(name, name, run.Description ?? "", metric, "", "", [], file);
    }

    private void Add(int number, AideNode node)
    {
        bool? debugs = node.Debugs ?? (node.Parent is { } before ? _run.Nodes[before].IsBuggy is true : null);
        Operator @operator = debugs switch { null => Operator.Draft, true => Operator.Debug, false => Operator.Improve };
        _events.Add(new NodeStarted(number, @operator, node.Parent is { } parent ? [parent + 1] : [], Why, []));
        foreach (AideCall call in node.Calls.Where(call => !call.IsReview))
        {
            Add(number, call);
        }

        if (node.Code is null)
        {
            _events.Add(new NodeFailed(number, new Failure(FailureKind.NoAnswer, "there is no code in the file for it", null, null)));
            return;
        }

        _events.Add(new NodeProposed(number, node.Plan, Keep(node.Code), [], null, null, Lines(node.Code), Origin: new NodeOrigin(node.Id, node.MadeAt)));
        if (node.Execution is { } execution)
        {
            _events.Add(new ExecutionStarted(number, 1, ExecutionPurpose.Search));
            _events.Add(new ExecutionEnded(number, 1, ExecutionPurpose.Search, Record(node, execution)));
        }

        foreach (AideCall call in node.Calls.Where(call => call.IsReview))
        {
            Add(number, call);
        }

        if (Outcome(number, node) is { } outcome)
        {
            _events.Add(outcome);
        }

        if (node.Analysis is { Length: > 0 } analysis)
        {
            _events.Add(new NodeReviewed(number, analysis, false, [], Program));
        }
    }

    /// <summary>Null where the file does not tell what became of it.</summary>
    private static RunEvent? Outcome(int number, AideNode node) => node switch
    {
        { IsBuggy: true } => new NodeFailed(number, Failures.Of(node)),
        { Claim: { } claim } => new NodeScored(number, new Score(claim, ScoreKind.Claimed, null, claim, [])),
        { IsBuggy: false, IsUnreadable: true } => new NodeFailed(number, Failures.Of(node)),
        _ => null,
    };

    private ExecutionRecord Record(AideNode node, AideExecution execution) => new(
        Failures.HasTimedOut(execution) ? Ending.TimeOut : Ending.Exited, null, null, false, execution.Seconds, null, null, Keep(execution.Output), null, null, node.Claim);

    private void Add(int number, AideCall call)
    {
        _events.Add(new CallReserved(number, ++_calls, UnnamedModel, Keep(call.Prompt), TokenUsage.None, null, null, IsReview: call.IsReview));
        _events.Add(new CallEnded(number, _calls, Keep(call.Reply), null, null, "", null, null, null));
    }

    private Digest Keep(string text)
    {
        Blob blob = Blob.Of(text);
        _blobs[blob.Digest] = blob;
        return blob.Digest;
    }

    private static int Lines(string code) => code.TrimEnd('\n').Split('\n').Length;

    /// <summary><c>house-prices</c> of <c>house-prices.journal.json</c>.</summary>
    private static string NameOf(string file)
    {
        string name = file.Split('.')[0];
        return name.Length > 0 && name is not "journal" ? name : "aide";
    }
}
