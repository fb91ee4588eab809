using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Attacks;

/// <summary>How the same program proves, outside the sandbox, that it can do harm.</summary>
internal enum AttackControl
{
    /// <summary>As this user.</summary>
    Here,

    /// <summary>As root only: nobody else can do harm with it.</summary>
    ByRoot,

    /// <summary>As an ordinary user: root has nothing to gain by it.</summary>
    ByOrdinaryUser,

    /// <summary>As root of namespaces made for it, where it harms nothing.</summary>
    InOwnNamespaces,

    /// <summary>As this user; that a process of it is still there afterwards is the proof.</summary>
    BySurvivors,

    /// <summary>Not as a program: the ground shows by itself that the harm is real.</summary>
    OnTheGround,
}

/// <summary>One attack: programs that run in the sandbox, and how the outside judges them.</summary>
/// <param name="Guarantees">What of <see cref="Guarantee.All"/> is gone when it succeeds.</param>
/// <param name="Programs">Each is executed by itself, in this order, over the same input folder.</param>
internal sealed record Attack(int Id, string Name, ImmutableArray<string> Guarantees, params ImmutableArray<string> Programs)
{
    /// <summary>An execution of a second, for what must be ended from outside.</summary>
    internal static ExecutionLimits Short { get; } = new(TimeSpan.FromSeconds(1), 256L << 20, 32, 64 << 20, 4 << 20, 1);

    /// <summary>For programs that only their end tells of.</summary>
    internal static Func<int, bool> Never { get; } = _ => false;

    internal AttackControl Control { get; init; } = AttackControl.Here;

    internal ProgramLanguage Language { get; init; } = ProgramLanguage.Python;

    internal ExecutionLimits Limits { get; init; } = new(TimeSpan.FromSeconds(20), 256L << 20, 32, 64 << 20, 4 << 20, 1);

    /// <summary>For a run at full size; null where that is the same.</summary>
    internal ExecutionLimits? FullLimits { get; init; }

    internal ImmutableArray<string> Collect { get; init; } = [];

    /// <summary>Of which rounds the program must have tried everything and said so; else its end is the judge's to look at.</summary>
    internal Func<int, bool> MustEnd { get; init; } = _ => true;

    /// <summary>Whether the outside must look at its processes: where they are on another machine it can't.</summary>
    internal bool NeedsSight { get; init; }

    /// <summary>Why it can't be tried with what there is; null where it can.</summary>
    internal Func<AttackOptions, string?> Lacks { get; init; } = _ => null;

    /// <summary>Lays what the attack needs beside the facts in the input folder.</summary>
    internal Func<AttackGround, CancellationToken, Task> LayAsync { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Looks from outside at what the execution did; says what is broken, or null.</summary>
    internal Func<Observation, string?> Judge { get; init; } = _ => null;

    /// <summary>Hands what came out to the part of the product that takes it; says what that did wrong, or null.</summary>
    internal Func<Observation, CancellationToken, Task<string?>> FollowAsync { get; init; } = (_, _) => Task.FromResult<string?>(null);
}

/// <summary>One execution of an attack as the outside saw it.</summary>
/// <param name="Round">Which of the attack's programs it was.</param>
/// <param name="Took">From the call to the result, clean-up included.</param>
/// <param name="Grown">By how many bytes this process has become larger meanwhile.</param>
internal sealed record Observation(AttackGround Ground, ExecutionLimits Limits, ExecutionResult Result, int Round, TimeSpan Took, long Grown);
