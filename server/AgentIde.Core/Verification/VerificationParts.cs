using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Verification;

/// <summary>What a verification is put together from.</summary>
/// <param name="Report">Of the sandbox, as it was probed now.</param>
/// <param name="Holdout">Prepared, and cut as the run had it.</param>
/// <param name="Most">What this machine has for one execution: nothing that a log says takes more.</param>
/// <param name="Usual">What the run's executions are given here, where its log does not say what they were given.</param>
/// <param name="SplitFolder">Where the blind files lie; absolute.</param>
/// <param name="SubmissionBytes">The largest submission that is taken.</param>
public sealed record VerificationParts(
    ISandbox Sandbox,
    SandboxReport Report,
    IHoldout Holdout,
    IGrader Grader,
    ExecutionLimits Most,
    ExecutionLimits Usual,
    string SplitFolder,
    long SubmissionBytes);
