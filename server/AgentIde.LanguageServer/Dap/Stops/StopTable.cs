using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AgentIde.Core.Conditions;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping.Stops;
using AgentIde.LanguageServer.Dap.Protocol;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Lsp.Documents;

namespace AgentIde.LanguageServer.Dap.Stops;

/// <summary>
/// All that a session stops at. What was asked for a file, or of the check boxes, is replaced as a whole, as the
/// protocol has it; a rule that stays as it was keeps what it knows.
/// </summary>
internal sealed class StopTable(DebugRun run, NodeBlames blames)
{
    private const int EventsAtOnce = 32;

    private const int LargestProgram = 1 << 20;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(5);

    private readonly Dictionary<string, List<(StopKey Key, StopRule Rule)>> _files = [];
    private List<(StopKey Key, StopRule Rule)> _filters = [];
    private int _ids;

    public IEnumerable<StopRule> Rules => _filters.Concat(_files.Values.SelectMany(file => file)).Select(entry => entry.Rule);

    /// <summary>What the process of a live run is to stop at.</summary>
    public ImmutableArray<StopSpec> Specs => [.. Rules.Where(rule => !rule.IsLog).Select(rule => rule.Spec)];

    /// <summary>Whether all rules know all events up to one.</summary>
    public bool IsKnown(long to) => Rules.All(rule => rule.Known >= to);

    /// <summary>Has each rule asked about more events, up to one, for some milliseconds: whoever asks for a pause is not to wait.</summary>
    /// <returns>Whether all are known.</returns>
    public async ValueTask<bool> LookAsync(long to, CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        bool known;
        do
        {
            known = true;
            foreach (StopRule rule in Rules)
            {
                known &= await rule.LookAsync(to, EventsAtOnce, cancellationToken).ConfigureAwait(false);
            }
        }
        while (!known && Stopwatch.GetElapsedTime(begun) < Slice);

        return known;
    }

    /// <summary>The first event after one, and up to another, that is stopped at.</summary>
    public long? Next(long after, long to) =>
        Rules.Where(rule => !rule.IsLog).Select(rule => rule.After(after)).Where(seq => seq <= to).Min();

    /// <summary>The last event before one that is stopped at.</summary>
    public long? Previous(long before) => Rules.Where(rule => !rule.IsLog).Select(rule => rule.Before(before)).Max();

    public IEnumerable<StopRule> At(long seq) => Rules.Where(rule => !rule.IsLog && rule.IsAt(seq));

    /// <summary>What log points print for the events after one and up to another, in their order.</summary>
    public IEnumerable<string> Lines(long after, long to) => Rules.SelectMany(rule => rule.Lines(after, to)).OrderBy(line => line.Seq).Select(line => line.Text);

    public IReadOnlyList<Breakpoint> SetFilters(SetExceptionBreakpointsArguments arguments)
    {
        List<(StopKey Key, StopRule Rule)> rules = [];
        List<Breakpoint> answers = [];
        foreach ((int index, JsonElement filter) in (arguments.Filters ?? []).Index())
        {
            answers.Add(ArgumentShape.Problem(string.Create(CultureInfo.InvariantCulture, $"filters[{index}]"), filter, DapJsonContext.Default.String) is { } problem
                ? new Breakpoint(false, Message: problem)
                : Make(rules, _filters, new StopSpec(filter.GetString()), null));
        }

        foreach ((int index, JsonElement json) in (arguments.FilterOptions ?? []).Index())
        {
            string? problem = ArgumentShape.Problem(string.Create(CultureInfo.InvariantCulture, $"filterOptions[{index}]"), json, DapJsonContext.Default.ExceptionFilterOptions);
            ExceptionFilterOptions? option = problem is null ? json.Deserialize(DapJsonContext.Default.ExceptionFilterOptions) : null;
            answers.Add(option is null ? new Breakpoint(false, Message: problem) : Make(rules, _filters, new StopSpec(option.FilterId, Condition: option.Condition), null));
        }

        _filters = rules;
        return answers;
    }

    /// <param name="line">From the client's counting of lines to ours, which begins with 1.</param>
    public async Task<IReadOnlyList<Breakpoint>> SetLinesAsync(string path, IReadOnlyList<SourceBreakpoint> breakpoints, Func<int, int> line, CancellationToken cancellationToken)
    {
        List<(StopKey Key, StopRule Rule)> rules = [];
        List<(StopKey Key, StopRule Rule)> before = _files.GetValueOrDefault(path, []);
        List<Breakpoint> answers = [];
        (Blame? blame, string? problem) = await BlameOfAsync(path, cancellationToken).ConfigureAwait(false);
        foreach (SourceBreakpoint breakpoint in breakpoints)
        {
            int index = line(breakpoint.Line) - 1;
            if ((blame is null ? problem : Unfit(blame, index)) is { } unfit)
            {
                answers.Add(new Breakpoint(false, Message: unfit, Line: breakpoint.Line));
                continue;
            }

            LineOrigin origin = blame!.Lines[index];
            StopSpec spec = new(null, origin.Node, origin.Line, breakpoint.Condition, breakpoint.HitCondition);
            answers.Add(Make(rules, before, spec, breakpoint.LogMessage) with { Line = breakpoint.Line });
        }

        _files[path] = rules;
        return answers;
    }

    private static string? Unfit(Blame blame, int line) =>
        line < 0 || line >= blame.Lines.Length ? "There is no such line."
        : blame.Lines[line].Node is null ? "This line is yours: no node wrote it."
        : blame.IsEmpty(line) ? "Nothing stands on this line."
        : null;

    private Breakpoint Make(List<(StopKey Key, StopRule Rule)> rules, List<(StopKey Key, StopRule Rule)> before, StopSpec spec, string? logMessage)
    {
        StopKey key = new(spec, logMessage);
        try
        {
            StopRule rule = before.Concat(rules).FirstOrDefault(entry => entry.Key == key).Rule ?? StopRule.Of(++_ids, spec, run.History, blames, logMessage);
            rules.Add((key, rule));
            return new Breakpoint(true, rule.Id, rule.Anchor is null ? null : $"Stops where a node has what is {rule.Name}");
        }
        catch (Exception problem) when (problem is ConditionException or FormatException)
        {
            return new Breakpoint(false, Message: problem.Message);
        }
    }

    /// <summary>What makes a rule another one.</summary>
    private sealed record StopKey(StopSpec Spec, string? LogMessage);

    /// <summary>The node whose program a copy of the run's result is; null where the file is none.</summary>
    private async Task<int?> ResultAsync(string path, CancellationToken cancellationToken)
    {
        Journal head = run.History.Head;
        return head.Choice is { Node: var node } && head[node].Code is { } code && Path.GetExtension(path) is ".py" or ".cs" && new FileInfo(path) is { Exists: true, Length: < LargestProgram }
            && Digest.Of(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)) == code
            ? node : null;
    }

    /// <summary>Who wrote the lines of a file: of a node's own, of the run's result, or of one that a node's code was written into.</summary>
    private async Task<(Blame? Blame, string? Problem)> BlameOfAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            string[] parts = path.Split(Path.DirectorySeparatorChar);
            if (parts is [.., ".agentide", "runs", var result, "out", _] && result != run.Run.Value)
            {
                return (null, $"This is a file of {PlainText.Visible(result, 80)}, and the session is about {run.Run}.");
            }

            if (parts is [.., var name, "view", var number, var file] && int.TryParse(number, out int node))
            {
                return name != run.Run.Value ? (null, $"This is a file of {PlainText.Visible(name, 80)}, and the session is about {run.Run}.")
                    : !run.History.Head.Has(node) ? (null, $"{run.Run} has no node {node} yet.")
                    : Path.GetExtension(file) is ".md" or ".txt" or ".diff" ? (null, "Breakpoints stand on lines of code.")
                    : run.History.Head[node].Code is null ? (null, $"Node {node} has no code yet.")
                    : (await blames.OfAsync(node, cancellationToken).ConfigureAwait(false), null);
            }

            string real = FilePaths.Real(path);
            bool isResult = parts is [.., ".agentide", "runs", _, "out", _] && Path.GetExtension(path) is ".py" or ".cs";
            if ((run.History.Head.Applied.FindLast(applied => FilePaths.Real(Path.Combine(run.Root, applied.File)) == real)?.Node
                ?? (isResult ? run.History.Head.Choice?.Node : await ResultAsync(real, cancellationToken).ConfigureAwait(false))) is not { } writer)
            {
                return (null, real == run.SolutionPath
                    ? $"No node of {run.Run} was written into this file yet: set breakpoints in the files of its nodes."
                    : $"{run.Run} wrote nothing into this file: set breakpoints in the files of its nodes.");
            }

            Blame blame = await blames.OfAsync(writer, cancellationToken).ConfigureAwait(false);
            return (blame.Of(await File.ReadAllTextAsync(real, cancellationToken).ConfigureAwait(false)), null);
        }
        catch (Exception problem) when (problem is RunStoreException or IOException or UnauthorizedAccessException)
        {
            return (null, problem.Message);
        }
    }
}
