using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping;
using AgentIde.Core.Stepping.Stops;
using AgentIde.LanguageServer.Dap.Protocol;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap.Looking;

/// <summary>What a client sees at a stop: threads, stacks, scopes, values. The numbers that it is given are good until the stop after the next; of earlier ones nothing is there, which is no error.</summary>
internal sealed class Looker(DebugRun run, Session session, NodeBlames blames, Documents documents, Forks forks, Client client)
{
    private const int MostLevels = 1_000;

    /// <summary>Of values without a known number, such as the lines of a prompt.</summary>
    private const int MostValues = 10_000;

    private readonly Handles<Frame> _frames = new("frame");
    private readonly Handles<Parts> _parts = new("value");
    private readonly Handles<Document> _documents = new("place");
    private readonly Scopes _scopes = new(run, documents);

    private Journal Journal => session.Journal;

    private long Position => session.Cursor.Position;

    /// <summary>The session has moved: all numbers are of an earlier stop.</summary>
    public void Forget()
    {
        _frames.Turn();
        _parts.Turn();
        _documents.Turn();
    }

    public ThreadsBody Threads() => new([.. Enumerable.Range(0, run.History.Workers).Select(worker => new WorkerThread(
        worker + 1,
        session.NodeOf(worker) is { } node && Journal.Has(node) ? $"worker {worker + 1}: {Wording.Step(Journal[node])}{StateOf(Journal[node])}" : $"worker {worker + 1}"))]);

    /// <summary>What a worker does with its node at the cursor; empty once the node is done.</summary>
    private string StateOf(Node node) => Journal.Held.Contains(node.Id) ? ", held" : node.Stage switch
    {
        NodeStage.Think => ", thinking",
        NodeStage.Execute => ", executing",
        NodeStage.Score => ", scoring",
        _ => "",
    };

    public async Task<StackTraceBody> StackAsync(StackTraceArguments arguments, CancellationToken cancellationToken)
    {
        session.CheckThread(arguments.ThreadId);
        int worker = arguments.ThreadId - 1;
        long? step = session.ThreadOf(Position) == arguments.ThreadId ? Position
            : run.History.NodeOf(worker, Position) is { } at ? run.History.LastOf(at, Position)
            : null;
        if (step is not { } seq)
        {
            return new StackTraceBody([], 0);
        }

        RunStep moment = run.History.StepAt(seq);
        Node[] lineage = moment.Node is { } node ? [.. Journal.Lineage(node)] : [];
        int first = Math.Max(arguments.StartFrame ?? 0, 0);
        int levels = arguments.Levels is > 0 and var wanted ? Math.Min(wanted, MostLevels) : MostLevels;
        int end = Math.Min(first + levels, Math.Max(lineage.Length, 1));
        for (int index = Math.Min(end, lineage.Length) - 1; index >= first; index--)
        {
            // From the oldest on: who wrote a node's lines is known at once where it is known of its parent.
            if (lineage[index].Code is not null)
            {
                await blames.OfAsync(lineage[index].Id, cancellationToken).ConfigureAwait(false);
            }
        }

        List<StackFrame> frames = [];
        for (int index = first; index < end; index++)
        {
            frames.Add(index == 0
                ? await TopAsync(seq, moment, cancellationToken).ConfigureAwait(false)
                : await AncestorAsync(lineage[index], cancellationToken).ConfigureAwait(false));
        }

        return new StackTraceBody(frames, Math.Max(lineage.Length, 1));
    }

    public async Task<ScopesBody> ScopesAsync(ScopesArguments arguments, CancellationToken cancellationToken)
    {
        if (_frames.FindOrNull(arguments.FrameId) is not { } frame)
        {
            return new ScopesBody([]);
        }

        List<Scope> scopes = [];
        if (frame.Node is { } id)
        {
            Node node = frame.Journal[id];
            scopes.Add(ScopeOf("Node", _scopes.Node(frame.Journal, node)));
            scopes.Add(ScopeOf("Execution", await _scopes.ExecutionAsync(frame.Journal, node, cancellationToken).ConfigureAwait(false)));
            scopes.Add(ScopeOf("Model", _scopes.Model(node)));
        }

        scopes.Add(ScopeOf("Search", Scopes.Search(frame.Journal)));
        return new ScopesBody(scopes);
    }

    public async Task<VariablesBody> VariablesAsync(VariablesArguments arguments, CancellationToken cancellationToken)
    {
        if (_parts.FindOrNull(arguments.VariablesReference) is not { } parts)
        {
            return new VariablesBody([]);
        }

        if (arguments.Filter is { } filter && parts.Count is not null && filter == "indexed" != parts.IsIndexed)
        {
            return new VariablesBody([]);
        }

        int count = arguments.Count is > 0 and var wanted ? wanted : MostValues;
        IReadOnlyList<Entry> entries = await parts.ReadAsync(Math.Max(arguments.Start ?? 0, 0), Math.Min(count, MostValues), cancellationToken).ConfigureAwait(false);
        return new VariablesBody([.. entries.Select(VariableOf)]);
    }

    public async Task<LocationsBody> LocationAsync(LocationsArguments arguments, CancellationToken cancellationToken) =>
        new(client.ToSource(await _documents.Find(arguments.LocationReference).WriteAsync(cancellationToken).ConfigureAwait(false)), client.ToLine(1));

    public EvaluateBody Evaluate(EvaluateArguments arguments)
    {
        Frame frame = arguments.FrameId is { } id ? _frames.Find(id) : Here;
        try
        {
            Condition condition = Condition.Parse(arguments.Expression);
            ConditionScope scope = new(frame.Journal, frame.Node is { } node ? frame.Journal[node] : null, frame.Step);
            return new EvaluateBody(PlainText.VisibleLines(condition.Render(scope)), 0, condition.Kind.ToString().ToLowerInvariant());
        }
        catch (ConditionException problem)
        {
            throw new RequestFailedException(problem.Message, problem);
        }
    }

    /// <summary>Whether an expression can be read: all names of it stand for something.</summary>
    public static bool IsKnown(string expression)
    {
        try
        {
            Condition.Parse(expression);
            return true;
        }
        catch (ConditionException)
        {
            return false;
        }
    }

    /// <summary>What a person tells the run by changing a value.</summary>
    /// <exception cref="RequestFailedException">It is none that can be changed.</exception>
    public async Task<Change> ChangeAsync(SetVariableArguments arguments, CancellationToken cancellationToken)
    {
        Parts parts = _parts.Find(arguments.VariablesReference);
        IReadOnlyList<Entry> entries = await parts.ReadAsync(0, MostValues, cancellationToken).ConfigureAwait(false);
        Entry? meant = entries.FirstOrDefault(entry => entry.Name == arguments.Name);
        return meant is not { Change: { } change } ? throw new RequestFailedException(Changes.Refusal(arguments.Name, meant is not null))
            : meant.Value.Text.LastIndexOf(Show.CutMark, StringComparison.Ordinal) is >= 0 and var cut && arguments.Value.EndsWith(meant.Value.Text[cut..], StringComparison.Ordinal)
                ? throw new RequestFailedException($"What is shown of the {PlainText.Visible(arguments.Name, 60)} is cut: give the whole of it.")
            : change;
    }

    /// <summary>The node of a frame, of where the session stands where none is named; null where it has none.</summary>
    public int? NodeIn(int? frame) => (frame is { } id ? _frames.Find(id) : Here).Node;

    /// <summary>The node of a frame.</summary>
    /// <exception cref="RequestFailedException">It has none.</exception>
    public int NodeOf(int frame) => _frames.Find(frame).Node ?? throw new RequestFailedException("This step is of the run and not of a node: nothing can come from it.");

    /// <exception cref="RequestFailedException">The thread stands at nothing of the kind.</exception>
    public ExceptionInfoBody Exception(ExceptionInfoArguments arguments)
    {
        session.CheckThread(arguments.ThreadId);
        RecordedEvent recorded = run.History[Position];
        string said = StepWording.Of(Journal, recorded.Event);
        StopRule[] met = [.. session.StoppedAt.Where(rule => rule.IsFilter)];
        if (recorded.Event is NodeFailed { Failure: var failure })
        {
            string kind = failure.Kind.ToString();
            string type = failure.Kind == FailureKind.Exception ? PlainText.Visible(failure.Message.Split(':', 2)[0], 100) : kind;
            return new ExceptionInfoBody(
                type, PlainText.Visible(failure.Message), "always",
                new ExceptionDetails(PlainText.Visible(failure.Message), type, failure.Traceback is { } traceback ? PlainText.VisibleLines(traceback, 20_000) : null));
        }

        string filter = string.Join(", ", met.Select(rule => rule.Name).Distinct());
        string[] conditions = [.. met.Select(rule => rule.Spec.Condition).OfType<string>().Where(condition => !string.IsNullOrWhiteSpace(condition)).Distinct()];
        string why = conditions.Length == 0 ? said : PlainText.Visible($"{string.Join(", ", conditions)}: {said}");
        return met.Length == 0
            ? throw new RequestFailedException("Nothing has failed here, and no box that is ticked is met.")
            : new ExceptionInfoBody(filter, why, "always", new ExceptionDetails(why, filter, recorded.Event is NodeReviewed reviewed ? FindingsOf(reviewed) : null));
    }

    private static string? FindingsOf(NodeReviewed reviewed) => reviewed.Findings.IsEmpty
        ? null
        : string.Join('\n', reviewed.Findings.Select(finding => $"lines {finding.FirstLine} to {finding.LastLine}: {PlainText.Visible(finding.Kind, 40)}: {PlainText.Visible(finding.Text)}"));

    private Frame Here => new(run.History.StepAt(Position).Node, run.History[Position], Journal);

    private async Task<StackFrame> TopAsync(long seq, RunStep step, CancellationToken cancellationToken)
    {
        RecordedEvent recorded = run.History[seq];
        (Document? document, int line) = await PlaceOfAsync(step, recorded.Event, cancellationToken).ConfigureAwait(false);
        return await FrameAsync(new Frame(step.Node, recorded, Journal), StepWording.Name(Journal, step, recorded.Event), document, line, cancellationToken).ConfigureAwait(false);
    }

    private async Task<StackFrame> AncestorAsync(Node node, CancellationToken cancellationToken)
    {
        string result = node.Failure is { } failure ? $"failed: {PlainText.Visible(failure.Message, 120)}" : Wording.Score(Journal, node);
        (Document? document, int line) = node.Code is { } code
            ? (documents.Code(node.Id, code), await blames.FirstOwnLineAsync(node.Id, cancellationToken).ConfigureAwait(false))
            : (null, 0);
        return await FrameAsync(new Frame(node.Id, null, Journal), $"{Wording.Writer(node)}: {result}", document, line, cancellationToken).ConfigureAwait(false);
    }

    private async Task<StackFrame> FrameAsync(Frame frame, string name, Document? document, int line, CancellationToken cancellationToken)
    {
        Source? source = document is null ? null : client.ToSource(await document.WriteAsync(cancellationToken).ConfigureAwait(false));
        bool canRestart = frame.Node is { } node && forks.TakesBranch(node);
        return new StackFrame(
            _frames.Add(frame), name, source is null ? 0 : client.ToLine(line), source is null ? 0 : client.FirstColumn, source, canRestart, source is null ? "label" : null);
    }

    /// <summary>Where one reads what a step is about: a prompt, a reply, the line that failed, the first line that the node wrote.</summary>
    private async Task<(Document? Document, int Line)> PlaceOfAsync(RunStep step, RunEvent @event, CancellationToken cancellationToken)
    {
        // Editors show values only of a frame that stands in a file.
        if (step.Node is not { } id)
        {
            return (documents.Task, 1);
        }

        Node node = Journal[id];
        switch (@event)
        {
            case CallReserved reserved when CallOf(node, reserved.Call) is { } call:
                return (documents.Prompt(id, call), 1);
            case CallWritten written when CallOf(node, written.Call) is { } call:
                return (documents.Prompt(id, call), 1);
            case CallEnded ended when CallOf(node, ended.Call) is { } call:
                return (documents.Reply(id, call) ?? documents.Prompt(id, call), 1);
            case NodeFailed { Failure.Line: { } line } when node.Code is { } code:
                return (documents.Code(id, code), line);
            default:
                break;
        }

        if (node.Code is { } own)
        {
            int? wanted = session.StoppedAt.Select(rule => rule.Anchor?.LineIn(id)).FirstOrDefault(line => line is not null);
            return (documents.Code(id, own), wanted ?? await blames.FirstOwnLineAsync(id, cancellationToken).ConfigureAwait(false));
        }

        // What it is to come from.
        return node.Parent is { } parent && Journal[parent].Code is { } before ? (documents.Code(parent, before), 1) : (documents.Task, 1);
    }

    private static ModelCall? CallOf(Node node, int number) => node.Calls.FirstOrDefault(call => call.Number == number);

    private Scope ScopeOf(string name, Parts parts) => new(name, _parts.Add(parts), Expensive: false, parts.Count);

    private Variable VariableOf(Entry entry) => new(
        entry.Name,
        entry.Value.Text,
        entry.Value.Parts is { } parts ? _parts.Add(parts) : 0,
        entry.Value.Type,
        entry.Change is null ? new VariablePresentationHint(["readOnly"]) : null,
        entry.Value.Parts is { IsIndexed: false, Count: { } named } ? named : null,
        entry.Value.Parts is { IsIndexed: true, Count: { } indexed } ? indexed : null,
        entry.Value.Document is { } document ? _documents.Add(document) : null,
        entry.Change switch
        {
            LimitChange limit => limit.OfNodes ? LimitChange.Nodes : LimitChange.Seconds,
            BranchChange { Part: BranchPart.Hint } => "hint",
            BranchChange { Part: BranchPart.Plan } => "plan",
            _ => null,
        });
}
