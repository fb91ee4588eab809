using System.Collections.Immutable;
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
/// <param name="Programs">Each is executed by itself.</param>
/// <param name="MustEnd">Whether the program must have tried everything and said so; else its end is the judge's to look at.</param>
/// <param name="Judge">Looks from outside at what the execution did; says what is broken, or null.</param>
internal sealed record Attack(int Id, string Name, ImmutableArray<string> Guarantees, params ImmutableArray<string> Programs)
{
    internal AttackControl Control { get; init; } = AttackControl.Here;

    internal ExecutionLimits Limits { get; init; } = new(TimeSpan.FromSeconds(20), 256L << 20, 32, 64 << 20, 4 << 20, 1);

    internal ImmutableArray<string> Collect { get; init; } = [];

    internal bool MustEnd { get; init; } = true;

    internal Func<AttackGround, ExecutionResult, string?> Judge { get; init; } = (_, _) => null;
}
