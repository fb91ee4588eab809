using System.Collections.Immutable;

namespace AgentIde.Import.Aide;

/// <summary>A run of AIDE as its file tells it: nothing is filled in that does not stand there.</summary>
/// <param name="File">The file's name without its folder.</param>
/// <param name="Bytes">The whole file.</param>
/// <param name="Description">What the model was told of the task; null where no prompt is there.</param>
/// <param name="Maximize">Whether a higher metric is better; null where no node says.</param>
/// <param name="Nodes">In the order in which they were made: a parent comes before its children.</param>
/// <param name="Notes">What is odd in the file, one a line, for people.</param>
internal sealed record AideRun(
    string File, ReadOnlyMemory<byte> Bytes, string? Description, bool? Maximize, ImmutableArray<AideNode> Nodes, ImmutableArray<string> Notes);

/// <param name="Id">What AIDE calls it.</param>
/// <param name="Parent">Index among the run's nodes; null for a draft.</param>
/// <param name="Code">Null where the reply holds none.</param>
/// <param name="Plan">Empty where there is none.</param>
/// <param name="Execution">Null where nothing is known of one.</param>
/// <param name="IsBuggy">What AIDE judged; null where that is not known.</param>
/// <param name="Claim">What its own code measured, finite; null where it measured nothing that can be read.</param>
/// <param name="Maximize">Whether AIDE took a higher metric for better.</param>
/// <param name="Analysis">What AIDE's reviewer made of the execution.</param>
/// <param name="Judgement">Why AIDE took it for buggy where no exception says so, one line; null where nothing says.</param>
internal sealed record AideNode(
    string Id,
    int? Parent,
    string? Code,
    string Plan,
    DateTimeOffset? MadeAt,
    AideExecution? Execution,
    bool? IsBuggy,
    double? Claim,
    bool? Maximize,
    string? Analysis,
    string? Judgement,
    ImmutableArray<AideCall> Calls)
{
    /// <summary>Whether it fixes its parent or improves it, where a prompt says so; else its parent's state says.</summary>
    public bool? Debugs { get; init; }

    /// <summary>Whether its metric is there and is no number to compare, such as NaN.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>Whether a traceback at the end of its output is what ended it, where no exception is recorded: a program may print one that it caught.</summary>
    public bool IsEndedByTraceback { get; init; }
}

/// <param name="Output">What the terminal showed.</param>
/// <param name="Seconds">Null where nobody wrote it down.</param>
/// <param name="IsRounded">Whether that is told in whole units, rounded down.</param>
/// <param name="ExceptionType">Null where none ended it, or where that is not known.</param>
/// <param name="Arguments">Of the exception, as texts.</param>
internal sealed record AideExecution(string Output, double? Seconds, string? ExceptionType, ImmutableArray<string> Arguments, ImmutableArray<AideFrame> Stack, bool IsRounded = false);

/// <summary>One frame of a stack, the innermost last.</summary>
internal sealed record AideFrame(string File, int Line, string Function, string? Text);

/// <summary>What a model was asked and what it answered.</summary>
internal sealed record AideCall(string Prompt, string Reply, bool IsReview);
