using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>A run as far as it has been read.</summary>
/// <param name="TaskFolder">Absolute, links resolved; empty until the run's first event is read, and where an imported run has none.</param>
/// <param name="SolutionPath">Absolute, links resolved; empty where that is.</param>
/// <param name="Marks">Of node <c>n</c> at index <c>n − 1</c>.</param>
/// <param name="Applied">What was written into files of the workspace, oldest first.</param>
internal sealed record RunState(
    RunId Run,
    string Root,
    Liveness Liveness,
    Journal Journal,
    string TaskFolder,
    string SolutionPath,
    ImmutableList<NodeMark> Marks,
    ImmutableList<AppliedCode> Applied)
{
    public static RunState Unread(RunId run, string root) => new(run, root, Liveness.Interrupted, Journal.Empty, "", "", [], []);

    public bool IsLive => Liveness == Liveness.Live;

    public AppliedCode? LastAppliedTo(string path) => Applied.FindLast(applied => applied.Path == path);

    /// <exception cref="RunStoreException">The events don't fit together.</exception>
    public RunState With(RunPage page)
    {
        RunState state = this with { Liveness = page.Liveness };
        ImmutableList<NodeMark>.Builder marks = Marks.ToBuilder();
        Journal journal = Journal;
        foreach (RecordedEvent recorded in page.Events)
        {
            int? best = journal.Best;
            journal = journal.Apply(recorded);
            if (recorded.Event is RunStarted started)
            {
                state = state with
                {
                    TaskFolder = PathOf(started.Settings.TaskFolder),
                    SolutionPath = PathOf(started.Settings.SolutionFile),
                };
            }
            else if (recorded.Event is NodeApplied applied)
            {
                state = state.WithApplied(new AppliedCode(applied.Node, applied.Code, FilePaths.Real(Path.Combine(Root, applied.File)), recorded.At, applied.Before));
            }

            while (marks.Count < journal.Nodes.Count)
            {
                marks.Add(new NodeMark(recorded.Seq));
            }

            if (NodeOf(recorded.Event) is { } node)
            {
                marks[node - 1] = new NodeMark(recorded.Seq, recorded.Event is NodeScored or NodeFailed ? NodeDone.In(journal, node) : marks[node - 1].Done);
            }

            if (recorded.Event is NodeFolded folded)
            {
                // These compare with it over all folds from now on.
                foreach (Comparison comparison in folded.Comparisons)
                {
                    marks[comparison.Other - 1] = marks[comparison.Other - 1] with { ChangedAt = recorded.Seq };
                }
            }

            if (journal.Best != best)
            {
                // It is the best no longer, and another one is.
                foreach (int changed in new[] { best, journal.Best }.OfType<int>())
                {
                    marks[changed - 1] = marks[changed - 1] with { ChangedAt = recorded.Seq };
                }
            }
        }

        return state with { Journal = journal, Marks = marks.ToImmutable() };
    }

    /// <summary>Known here as soon as the editor has taken the edit; the run's own event for it comes later and says the same.</summary>
    public RunState WithApplied(AppliedCode applied) =>
        LastAppliedTo(applied.Path) is { } last && last.Node == applied.Node && last.Code == applied.Code && (applied.Before is null || last.Before == applied.Before) ? this : this with { Applied = Applied.Add(applied) };

    /// <summary>Empty for none: an imported run may have no task here.</summary>
    private string PathOf(string path) => path.Length == 0 ? "" : FilePaths.Real(Path.Combine(Root, path));

    private static int? NodeOf(RunEvent @event) => @event switch
    {
        CallReserved reserved => reserved.Node,
        CallWritten written => written.Node,
        CallEnded ended => ended.Node,
        NodeProposed proposed => proposed.Node,
        ExecutionStarted { Purpose: ExecutionPurpose.Search } started => started.Node,
        ExecutionEnded { Purpose: ExecutionPurpose.Search } ended => ended.Node,
        ExecutionAbandoned { Purpose: ExecutionPurpose.Search } abandoned => abandoned.Node,
        NodeScored scored => scored.Node,
        NodeFailed failed => failed.Node,
        ExecutionStarted { Purpose: ExecutionPurpose.Fold } started => started.Node,
        ExecutionEnded { Purpose: ExecutionPurpose.Fold } ended => ended.Node,
        ExecutionAbandoned { Purpose: ExecutionPurpose.Fold } abandoned => abandoned.Node,
        NodeFolded folded => folded.Node,
        NodeFoldFailed failed => failed.Node,
        NodeReviewed reviewed => reviewed.Node,
        ReviewFailed failed => failed.Node,
        NodeRejected rejected => rejected.Node,
        NodeRestored restored => restored.Node,
        _ => null,
    };
}

/// <param name="Path">Absolute, links resolved.</param>
/// <param name="Before">What a person had there, where the code was merged into it.</param>
internal sealed record AppliedCode(int Node, Digest Code, string Path, DateTimeOffset At, Digest? Before = null);
