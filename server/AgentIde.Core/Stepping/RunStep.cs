using AgentIde.Core.Runs;

namespace AgentIde.Core.Stepping;

/// <summary>An event as a moment that a person can stop at.</summary>
/// <param name="Node">The node that it is about; null where it is about the run.</param>
/// <param name="IsOfNode">Whether it belongs to the work on the node, from its start to its score, folds and review. What becomes of a node later is of the run.</param>
/// <param name="IsEnd">Whether the node is done with it.</param>
public readonly record struct RunStep(StepKind Kind, StepDepth Depth, int? Node, bool IsOfNode, bool IsEnd)
{
    public static RunStep Of(RunEvent @event) => @event switch
    {
        RunStarted or RunResumed or HoldoutMade or DataProfiled => OfRun(StepKind.Begin),
        NodeStarted started => OfNode(StepKind.Decide, started.Node),
        CallReserved reserved => OfNode(StepKind.Think, reserved.Node, StepDepth.Inner),
        CallWritten written => OfNode(StepKind.Think, written.Node, StepDepth.Piece),
        CallEnded ended => OfNode(StepKind.Think, ended.Node, StepDepth.Inner),
        CallRefused refused => OfNode(StepKind.Think, refused.Node),
        EngineerExhausted exhausted => OfNode(StepKind.Think, exhausted.Node),
        NodeProposed proposed => OfNode(StepKind.Edit, proposed.Node),
        ExecutionStarted started => Executed(started.Node, started.Purpose),
        OutputWritten written => Executed(written.Node, written.Purpose, StepDepth.Piece),
        ExecutionEnded ended => Executed(ended.Node, ended.Purpose),
        ExecutionAbandoned abandoned => Executed(abandoned.Node, abandoned.Purpose),
        NodeScored scored => OfNode(StepKind.Score, scored.Node) with { IsEnd = true },
        NodeFailed failed => OfNode(StepKind.Score, failed.Node) with { IsEnd = true },
        NodeFolded folded => OfNode(StepKind.Score, folded.Node),
        NodeFoldFailed failed => OfNode(StepKind.Score, failed.Node),
        NodeReviewed reviewed => OfNode(StepKind.Review, reviewed.Node),
        ReviewFailed failed => OfNode(StepKind.Review, failed.Node),
        FinalistsNamed => OfRun(StepKind.Choose),
        FinalistTried tried => OfRun(StepKind.Choose, tried.Node),
        SolutionChosen chosen => OfRun(StepKind.Choose, chosen.Node),
        SecondHoldoutOpened opened => OfRun(StepKind.Choose, opened.Node),
        SolutionRefitted refitted => OfRun(StepKind.Choose, refitted.Node),
        RunFinished or PrivateScored => OfRun(StepKind.Choose),
        NodeApplied applied => OfRun(StepKind.Person, applied.Node),
        HintGiven => OfRun(StepKind.Person),
        BranchAsked asked => OfRun(StepKind.Person, asked.Node),
        NodeRejected rejected => OfRun(StepKind.Person, rejected.Node),
        NodeRestored restored => OfRun(StepKind.Person, restored.Node),
        BudgetChanged => OfRun(StepKind.Person),
        NodeAudited audited => OfRun(StepKind.Person, audited.Node) with { Depth = StepDepth.Inner },
        _ => OfRun(StepKind.Person) with { Depth = StepDepth.Inner },
    };

    private static RunStep OfNode(StepKind kind, int node, StepDepth depth = StepDepth.Step) => new(kind, depth, node, true, false);

    private static RunStep OfRun(StepKind kind, int? node = null) => new(kind, StepDepth.Step, node, false, false);

    private static RunStep Executed(int node, ExecutionPurpose purpose, StepDepth depth = StepDepth.Step) => purpose is ExecutionPurpose.Search or ExecutionPurpose.Fold
        ? OfNode(StepKind.Execute, node, depth)
        : OfRun(StepKind.Choose, node) with { Depth = depth };
}
