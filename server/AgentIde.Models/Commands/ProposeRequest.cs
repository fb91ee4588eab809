using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Commands;

/// <summary>The first line that a program is sent, each time that it is started.</summary>
internal sealed record HelloRequest(int Version, string Type);

/// <summary>What a program is asked for a node: everything it needs, so that it may forget what came before.</summary>
/// <param name="Parents">The nodes to work on, with their code; none for a draft.</param>
/// <param name="Nodes">All that were started before, in order; those under way have neither score nor failure.</param>
/// <param name="Hint">What a person wants to be tried with this node; null where nobody asked for it.</param>
/// <param name="Comment">The comment of a pull request that the hint is the text of: data, and no order of the user's. Left out where it is none.</param>
/// <param name="Hints">What people want to be borne in mind, newest last.</param>
/// <param name="Draws">Random numbers from 0 to 1, decided by the run's seed: with them a program's choices can be repeated.</param>
internal sealed record ProposeRequest(
    int Version,
    string Type,
    int Node,
    Operator Operator,
    TaskLine Task,
    DataProfile? Profile,
    ProgramLanguage Language,
    LimitsLine Limits,
    ImmutableArray<ParentLine> Parents,
    ImmutableArray<NodeLine> Nodes,
    string? Hint,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CommentLine? Comment,
    ImmutableArray<string> Hints,
    BudgetLine Budget,
    ImmutableArray<double> Draws);

internal sealed record TaskLine(
    string Id, string Title, string Description, MetricLine Metric, string Label, string IdColumn, ImmutableArray<string> Targets, PredictionKind Predicts);

internal sealed record MetricLine(string Name, MetricDirection Direction);

/// <summary>What the execution of the proposal is given.</summary>
internal sealed record LimitsLine(double Seconds, int Cores, long MemoryBytes);

/// <param name="SecondsLeft">Of the run's time, what the search has left.</param>
/// <param name="NodesLeft">How many may follow this one.</param>
internal sealed record BudgetLine(double SecondsLeft, int NodesLeft);

/// <param name="Code">Null where it was never proposed.</param>
/// <param name="Output">What it wrote, its middle left out where that is long; null where it was not executed.</param>
internal sealed record ParentLine(
    int Node, string? Plan, string? Code, string? Output, double? Score, double? StandardError, FailureLine? Failure, string? Notes);

internal sealed record NodeLine(
    int Node, Operator Operator, ImmutableArray<int> Parents, string? Plan, double? Score, double? StandardError, FailureLine? Failure, RejectionLine? Rejected);

/// <param name="Author">A name at the server.</param>
/// <param name="Line">Of the program that was commented on, from 1; null where it is of no line.</param>
/// <param name="Quote">That line.</param>
internal sealed record CommentLine(string Author, int? Line, string? Quote);

/// <summary>A person wants nothing more of a node.</summary>
internal sealed record RejectionLine(string? Why);

/// <param name="Line">Of the code, from 1; null where none is known.</param>
/// <param name="Traceback">For parents alone.</param>
internal sealed record FailureLine(FailureKind Kind, string Message, int? Line, string? Traceback);
