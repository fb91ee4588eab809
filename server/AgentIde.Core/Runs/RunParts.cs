using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Core.Runs;

/// <summary>What a run is put together from.</summary>
/// <param name="Choose">The policy: a pure function of journal and draws.</param>
/// <param name="Profile">Profiles the public data; asked once for each run.</param>
/// <param name="Private">The private answers, opened after the choice alone; null where the task has none.</param>
/// <param name="SplitFolder">Where the blind files are laid; absolute.</param>
/// <param name="SubmissionBytes">The largest submission that is taken.</param>
public sealed record RunParts(
    ISandbox Sandbox,
    ProgramLanguage Language,
    IHoldout Holdout,
    IGrader Grader,
    PrivateAnswers? Private,
    IEngineer Engineer,
    Func<Journal, Draws, Decision> Choose,
    Func<CancellationToken, Task<DataProfile>> Profile,
    ExecutionLimits Limits,
    string SplitFolder,
    long SubmissionBytes)
{
    /// <summary>Grades the part of the holdout that is opened once, after the choice; null where the holdout has none.</summary>
    public IGrader? Second { get; init; }

    /// <summary>Grades what a program left on all folds; null where the split has none.</summary>
    public IFoldGrader? Folds { get; init; }

    /// <summary>Reads each scored program; null where nobody does.</summary>
    public IReviewer? Reviewer { get; init; }
}

/// <param name="ReferenceReached">The name of the highest reference that a private score reaches; null where none is.</param>
/// <param name="References">How many the task has.</param>
public sealed record PrivateAnswers(IGrader Grader, Func<double, string?> ReferenceReached, int References);
