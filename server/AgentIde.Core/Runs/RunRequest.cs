using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Core.Auditing;
using AgentIde.Core.Stepping.Stops;

namespace AgentIde.Core.Runs;

/// <summary>What a reader asks of the owner of a run; what it changes becomes an event there.</summary>
/// <param name="By">Who asks, for people: <c>nvim</c>, <c>agentide stop</c>.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "request")]
[JsonDerivedType(typeof(PauseRequest), "pause")]
[JsonDerivedType(typeof(ContinueRequest), "continue")]
[JsonDerivedType(typeof(StopRequest), "stop")]
[JsonDerivedType(typeof(StepRequest), "step")]
[JsonDerivedType(typeof(HintRequest), "hint")]
[JsonDerivedType(typeof(BranchRequest), "branch")]
[JsonDerivedType(typeof(RejectRequest), "reject")]
[JsonDerivedType(typeof(RestoreRequest), "restore")]
[JsonDerivedType(typeof(AppliedRequest), "applied")]
[JsonDerivedType(typeof(BudgetRequest), "budget")]
[JsonDerivedType(typeof(WatchRequest), "watch")]
[JsonDerivedType(typeof(AbandonRequest), "abandon")]
[JsonDerivedType(typeof(AuditedRequest), "audited")]
public abstract record RunRequest(string By);

/// <param name="Name">What the store calls it: no other request of the run is ever called so.</param>
public sealed record WaitingRequest(string Name, RunRequest Request);

/// <summary>Wait before the next node.</summary>
/// <param name="Session">Of a debugger, which has to say now and then that it is there (<see cref="WatchRequest"/>): once it does not, the run goes on. Null for a pause that stays.</param>
public sealed record PauseRequest(string By, string? Session = null) : RunRequest(By);

public sealed record ContinueRequest(string By) : RunRequest(By);

/// <summary>Of a paused run: work on one more node, then pause again; of one that takes such a step: one more after it. Any other pauses before the next node.</summary>
/// <param name="Node">A node that is held: it alone goes on, to its next step, and is held there again.</param>
public sealed record StepRequest(string By, int? Node = null) : RunRequest(By);

/// <summary>Hold the run where one of these is met. It replaces what the session wanted before, and is said again now and then: whoever does not is forgotten, and what waits for it goes on.</summary>
/// <param name="Session">Of all that ever ask, this one.</param>
/// <param name="Stops">None: it wants nothing more.</param>
public sealed record WatchRequest(string By, string Session, ImmutableArray<StopSpec> Stops) : RunRequest(By);

/// <summary>Give up what is under way in a node: its execution or its thinking. The node has failed then.</summary>
public sealed record AbandonRequest(string By, int Node) : RunRequest(By);

/// <summary>Something that the engineer is to bear in mind from now on.</summary>
/// <param name="Text">At most <see cref="Hint.MaximumLength"/> characters; no more than blanks is nothing.</param>
public sealed record HintRequest(string By, string Text) : RunRequest(By);

/// <summary>The next node is to come from this one: improved where it is valid, mended where it is buggy.</summary>
/// <param name="Hint">What is to be tried; null where that is left to the engineer.</param>
/// <param name="Plan">What the person wants done in the engineer's place; with code, what the code does.</param>
/// <param name="Code">The whole program that the person wrote for it: no engineer is asked then. Null where one is to write it.</param>
/// <param name="Comment">The comment of a pull request that asks for it, where one does; the same comment asks once.</param>
public sealed record BranchRequest(string By, int Node, string? Hint, string? Plan = null, string? Code = null, ReviewComment? Comment = null) : RunRequest(By);

/// <summary>The run may start more or fewer nodes, or take more or less time, from now on.</summary>
/// <param name="Nodes">In all; null where that stays.</param>
/// <param name="Seconds">In all; null where that stays.</param>
public sealed record BudgetRequest(string By, int? Nodes, double? Seconds) : RunRequest(By);

/// <summary>Nothing more is to come of this node by itself, and it is not to be the result.</summary>
public sealed record RejectRequest(string By, int Node, string? Why) : RunRequest(By);

/// <summary>Takes a rejection back.</summary>
public sealed record RestoreRequest(string By, int Node) : RunRequest(By);

/// <summary>End the search: kill the execution under way, choose among what there is, refit if there is time.</summary>
/// <param name="Choose">False for Ctrl-C: leave at once, so that the run can be resumed.</param>
public sealed record StopRequest(string By, bool Choose) : RunRequest(By);

/// <summary>A node's code was written into a file of the user's.</summary>
/// <param name="Before">What stood there, where that was work of the user's that the code was merged into; kept, so that it can be had again.</param>
public sealed record AppliedRequest(string By, int Node, Digest Code, string File, string? Before = null) : RunRequest(By);

/// <summary>A node's program was executed for an audit: see <see cref="NodeAudited"/>.</summary>
public sealed record AuditedRequest(string By, int Node, DateTimeOffset At, ImmutableArray<AuditExecution> Executions, ImmutableArray<AuditFinding> Findings) : RunRequest(By);
