using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Core.Auditing;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>
/// Something that happened in a run and can't be computed again. Events are facts in the past tense; they are durable
/// before anything acts on them, and are never rewritten: a new shape gets a new version and an upcast at read.
/// </summary>
public abstract record RunEvent;

/// <summary>The first event of each run: everything that decides what the run will do.</summary>
/// <param name="Preparation">Seconds since somebody asked for the run: its process started and its sandbox was probed. They count as spent.</param>
/// <param name="Sandbox">Null for a run that another program made: where its code ran is not known.</param>
public sealed record RunStarted(RunSettings Settings, TaskFacts Task, SandboxReport? Sandbox, double? Preparation = null) : RunEvent;

/// <summary>The run goes on in a new process after a stop or a death of the one before.</summary>
/// <param name="Budget">What it may spend from now on; null for what it began with.</param>
/// <param name="Sandbox">Where code runs from now on; null in logs that don't say.</param>
public sealed record RunResumed(string Reason, double? Preparation = null, Budget? Budget = null, SandboxReport? Sandbox = null) : RunEvent;

/// <summary>The blind holdout was cut from the public train and mixed into the test rows.</summary>
public sealed record HoldoutMade(SplitFacts Split) : RunEvent;

/// <summary>What the engineer may know of the data, and what it says of it in plain words.</summary>
public sealed record DataProfiled(DataProfile Profile, ImmutableArray<string> Observations) : RunEvent;

/// <summary>The policy chose what to do next. Draws are the random numbers it used, in order.</summary>
/// <param name="SampleOf">The answer that the node takes its program from, where that was given already; then no policy was asked.</param>
/// <param name="Asked">The number of the branch that a person asked for; then no policy was asked either.</param>
public sealed record NodeStarted(int Node, Operator Operator, ImmutableArray<int> Parents, string Why, ImmutableArray<double> Draws, SampleOf? SampleOf = null, int? Asked = null) : RunEvent;

/// <summary>A call to a model is about to be sent. Without an end it counts at its most; one that a death left open is ended as lost.</summary>
/// <param name="Call">1, 2, 3, … in the run: each attempt has a number of its own.</param>
/// <param name="Prompt">The blob with the whole prompt as text.</param>
/// <param name="Maximum">The most tokens that it can come to.</param>
/// <param name="Dollars">The most that it can cost; null where the price is not known.</param>
/// <param name="Day">By UTC: the day that it counts for; null for a call that another program made.</param>
/// <param name="Sample">Which of several answers to the same prompt it asks for: 1, 2, …; null where it is the only one.</param>
/// <param name="IsReview">Whether it is to review the node; null says so of a node that has its score.</param>
public sealed record CallReserved(int Node, int Call, string Model, Digest Prompt, TokenUsage Maximum, decimal? Dollars, DateOnly? Day, int? Sample = null, bool? IsReview = null) : RunEvent;

/// <summary>What a model has said since the piece before, while it says it. The whole comes with the end of the call.</summary>
/// <param name="Characters">Of all that it has said so far.</param>
public sealed record CallWritten(int Node, int Call, string Thinking, string Text, long Characters) : RunEvent;

/// <param name="Answer">The blob with the answer; null where there is none.</param>
/// <param name="Thinking">The blob with the reasoning that was shown; null where none was.</param>
/// <param name="Problem">Why there is no answer; null where there is one.</param>
/// <param name="Message">What the user is told of the problem, or of what was otherwise than asked for; empty where there is nothing to tell.</param>
/// <param name="Usage">Null where nobody counted: of a call that another program made.</param>
/// <param name="Dollars">What it cost; null where the price is not known.</param>
/// <param name="Seconds">Null where nobody measured.</param>
/// <param name="IsCut">True where the answer is not whole: it was too long, or the provider cut it.</param>
public sealed record CallEnded(
    int Node, int Call, Digest? Answer, Digest? Thinking, CallProblem? Problem, string Message, TokenUsage? Usage, decimal? Dollars, double? Seconds, bool? IsCut = null) : RunEvent;

/// <summary>What a node needed to go on did not fit into the budget for models; the search ends there.</summary>
/// <param name="Why">Which cap, how much of it is spent, what was asked for, and the flag that raises it.</param>
public sealed record CallRefused(int Node, string Why) : RunEvent;

/// <summary>The engineer proposed a plan and code for a node.</summary>
/// <param name="SameAs">The earlier node with the very same code; the code is not executed again.</param>
/// <param name="Lines">How many lines the code has; null in logs that don't say.</param>
/// <param name="Call">Of several answers to one prompt, the one that it was read from; null where there was one.</param>
/// <param name="Samples">The calls whose answers hold other programs: each becomes a node of its own.</param>
/// <param name="Origin">What the program that made the node calls it; null for our own.</param>
public sealed record NodeProposed(
    int Node, string Plan, Digest Code, ImmutableArray<Reason> Reasons, string? Notes, int? SameAs, int? Lines = null, int? Call = null, ImmutableArray<int>? Samples = null, NodeOrigin? Origin = null) : RunEvent;

/// <summary>The engineer has nothing left to propose for a node; the search ends there.</summary>
/// <param name="IsOfTime">True where it has nothing that would end in the time that is left: more time makes it go on.</param>
public sealed record EngineerExhausted(int Node, string Why, bool? IsOfTime = null) : RunEvent;

/// <summary>An execution is about to begin. Without an end it was abandoned by a death and is executed again.</summary>
/// <param name="Bounds">What it is given; null in logs that don't say.</param>
/// <param name="Fold">Which of the folds, 2, 3, …, where it is on one of them, as with the three that follow; null elsewhere.</param>
public sealed record ExecutionStarted(int Node, int Attempt, ExecutionPurpose Purpose, ExecutionBounds? Bounds = null, int? Fold = null) : RunEvent;

/// <summary>What the code has written since the piece before, while it runs. The whole comes with the end, head and tail.</summary>
public sealed record OutputWritten(int Node, int Attempt, ExecutionPurpose Purpose, string Text, int? Fold = null) : RunEvent;

public sealed record ExecutionEnded(int Node, int Attempt, ExecutionPurpose Purpose, ExecutionRecord Execution, int? Fold = null) : RunEvent;

public sealed record ExecutionAbandoned(int Node, int Attempt, ExecutionPurpose Purpose, string Why, int? Fold = null) : RunEvent;

/// <summary>A node has a valid submission and a score.</summary>
public sealed record NodeScored(int Node, Score Score) : RunEvent;

/// <summary>A node has no valid submission.</summary>
public sealed record NodeFailed(int Node, Failure Failure) : RunEvent;

/// <summary>A node that leads was executed on the other folds too, and has one score over all of them.</summary>
/// <param name="Score">Pooled over all folds, in the metric's units.</param>
/// <param name="Rows">Of train, each held out on one fold.</param>
/// <param name="Comparisons">With other nodes that have such a score, paired on all rows.</param>
public sealed record NodeFolded(int Node, double Score, double StandardError, int Rows, ImmutableArray<Comparison> Comparisons) : RunEvent;

/// <summary>A node has no score over all folds: on one of them its code failed, or left no valid submission. It keeps the score that it has on the first.</summary>
/// <param name="Reason">One line, for people.</param>
/// <param name="IsUntried">True where that says nothing of the program: the time for folds ran out, or the execution was lost.</param>
public sealed record NodeFoldFailed(int Node, int Fold, string Reason, bool? IsUntried = null) : RunEvent
{
    /// <summary><c>failed on fold 2: ended with exit code 1</c></summary>
    [JsonIgnore]
    public string Words => $"{What} on fold {Fold}: {Reason}";

    /// <summary>What the code did there, in two words at most.</summary>
    [JsonIgnore]
    public string What => IsUntried is true ? "did not end" : "failed";
}

/// <summary>A model has read a scored node's program and output. It changes neither score nor validity.</summary>
/// <param name="By">The other program whose word it is; it says nothing of suspicions then. Null for a review of our own.</param>
public sealed record NodeReviewed(int Node, string Summary, bool IsSuspect, ImmutableArray<ReviewFinding> Findings, string? By = null) : RunEvent;

/// <summary>A review came to nothing: it could not be read, or not be paid. The node is not reviewed again.</summary>
/// <param name="Why">One line, for people.</param>
public sealed record ReviewFailed(int Node, string Why) : RunEvent;

/// <summary>The search is over, and several nodes lead that the holdout does not tell apart: each is executed again on a fresh split before one is chosen.</summary>
/// <param name="Nodes">The best on the holdout first.</param>
/// <param name="Ending">What ended the search.</param>
/// <param name="Rows">Of train, held out by the fresh split.</param>
/// <param name="Files">Digest of the fresh split's files.</param>
public sealed record FinalistsNamed(ImmutableArray<int> Nodes, RunEnding Ending, int Rows, Digest Files) : RunEvent;

/// <summary>What came of a finalist on the fresh split.</summary>
/// <param name="Score">On its rows, in the metric's units; null where there is none.</param>
/// <param name="StandardError">Of the score; null with it.</param>
/// <param name="OnHoldout">Against the first of the finalists, paired on the rows of the holdout; null for that one, and where that one has no score on the fresh split.</param>
/// <param name="OnFresh">The same on the fresh split.</param>
/// <param name="Problem">Why there is no score; null where there is one.</param>
/// <param name="IsUntried">True where that says nothing of the program: no time was left for it.</param>
public sealed record FinalistTried(
    int Node, double? Score, double? StandardError, Comparison? OnHoldout, Comparison? OnFresh, string? Problem = null, bool? IsUntried = null) : RunEvent;

/// <summary>The search is over and this node's solution is the result.</summary>
/// <param name="Ending">What ended the search.</param>
public sealed record SolutionChosen(int Node, string Why, RunEnding Ending) : RunEvent;

/// <summary>
/// What the chosen node scores on rows that nothing was chosen by: a part of the holdout that is opened once, after the
/// choice, for the report alone.
/// </summary>
/// <param name="Rows">Of the second holdout.</param>
public sealed record SecondHoldoutOpened(int Node, double Score, double StandardError, int Rows) : RunEvent;

/// <summary>The chosen code ran once more on the whole public train.</summary>
/// <param name="Agreement">Correlation with the blind submission on the test rows, −1 to 1; null where there is none.</param>
/// <param name="Taken">Whether the refit's submission became the result.</param>
public sealed record SolutionRefitted(int Node, bool Taken, double? Agreement, Digest Submission, string Why) : RunEvent;

/// <summary>A person (or a person's editor) wrote a node's code into a file of theirs.</summary>
/// <param name="Request">The name of the request that asked to record it; null where none did.</param>
/// <param name="Before">The text that stood there, where that was a person's and the code was merged into it.</param>
public sealed record NodeApplied(int Node, Digest Code, string File, string? Request = null, Digest? Before = null) : RunEvent;

/// <summary>A person told the engineer something to bear in mind.</summary>
/// <param name="Request">The name of the request that it came by; null where it came by none.</param>
public sealed record HintGiven(string By, string Text, string? Request = null) : RunEvent;

/// <summary>A person asked for a node that comes from this one; it comes before what the policy would choose.</summary>
/// <param name="Plan">What is to be done by the person's own plan; null where there is none.</param>
/// <param name="Code">The blob with the program that the person wrote for it; null where the engineer writes it.</param>
/// <param name="Comment">The comment of a pull request that asks for it; null where none does.</param>
public sealed record BranchAsked(int Node, string By, string? Hint, string? Request = null, string? Plan = null, Digest? Code = null, ReviewComment? Comment = null) : RunEvent;

/// <summary>A person gave the run another budget of nodes or time. What it may spend on models is no part of that.</summary>
public sealed record BudgetChanged(string By, Budget Budget, string? Request = null) : RunEvent;

/// <summary>A person wants nothing more of a node: no policy takes it up, and it is not the result.</summary>
public sealed record NodeRejected(int Node, string By, string? Why, string? Request = null) : RunEvent;

public sealed record NodeRestored(int Node, string By, string? Request = null) : RunEvent;

/// <summary>No node is started any more.</summary>
/// <param name="Node">The node that is held as well, before its next step; null where those under way go on to their ends.</param>
/// <param name="Breakpoint">What was met, for people; null where somebody asked for the pause.</param>
public sealed record RunPaused(string By, int? Node = null, string? Breakpoint = null) : RunEvent;

/// <param name="Node">The one node that goes on, to its next step; null where the run does.</param>
public sealed record RunContinued(string By, int? Node = null) : RunEvent;

/// <summary>The search ended. Only what a person does with the result can follow.</summary>
/// <param name="Journal">Digest of the canonical journal just before this event: what every replay must come to.</param>
public sealed record RunFinished(RunEnding Ending, string Why, Digest Journal) : RunEvent;

/// <summary>The final submission against the private answers: after the choice, for the report alone.</summary>
/// <param name="Reference">The highest of the task's references reached, by name; null where none is.</param>
/// <param name="References">How many the task has; null in logs that don't say.</param>
public sealed record PrivateScored(double? Score, string? Medal, string? Reference, string? Problem, int? References = null) : RunEvent;

/// <summary>
/// Somebody had a node's program executed once more, on files that it was not chosen by. It bears on nothing that the run
/// does: it is for whoever reads its scores, and the newest one of a node is what counts.
/// </summary>
/// <param name="Node">One that was executed itself, with a verified score.</param>
/// <param name="At">When it was executed; it may be recorded later.</param>
/// <param name="Request">The name of the request that asked to record it; null where none did.</param>
public sealed record NodeAudited(int Node, DateTimeOffset At, ImmutableArray<AuditExecution> Executions, ImmutableArray<AuditFinding> Findings, string? Request = null) : RunEvent;
