using System.Collections.Immutable;

namespace AgentIde.Sandbox;

/// <param name="Python">Runs the controls, outside the sandbox.</param>
/// <param name="HomeFolder">Gets a canary file for the time of the attacks.</param>
public sealed record AttackOptions(string Python, string HomeFolder)
{
    public static AttackOptions Default { get; } =
        new("/usr/bin/python3", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify));

    /// <summary>The sizes that attackers would choose, in place of ones that show the same within a minute.</summary>
    public bool IsFull { get; init; }

    /// <summary>Whether executions run on other machines: then nobody here can look at their processes.</summary>
    public bool IsElsewhere { get; init; }

    public AttackTargets Targets { get; init; } = new();
}

/// <summary>
/// The parts of the product beyond the sandbox that a candidate can reach by what it leaves or prints. An attack on one
/// that is null is not tested.
/// </summary>
public sealed record AttackTargets
{
    /// <summary>Grades a submission on two rows with the ids 1 and 2, and the target y: what is wrong with it, or null where it counts.</summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, Task<string?>>? GradeAsync { get; init; }

    /// <summary>An output in each form in which people get to see it.</summary>
    public Func<string, ImmutableArray<ShownOutput>>? Show { get; init; }

    /// <summary>
    /// Cuts a blind holdout off a task made for it and lays what candidates see into the folder. Returns for each id of
    /// its <c>test.csv</c> whether the row is the holdout's.
    /// </summary>
    public Func<string, CancellationToken, Task<ImmutableDictionary<string, bool>>>? CutAsync { get; init; }

    /// <summary>
    /// The command of a process that calls <see cref="AttackSuite.HoldAsync"/> on the same engine, and the removal of
    /// what it leaves when it is killed, one line for each execution.
    /// </summary>
    public (ImmutableArray<string> Command, Func<CancellationToken, Task<ImmutableArray<string>>> RemoveLeftovers)? Holder { get; init; }
}

/// <param name="Border">Such as <c>terminal</c>.</param>
/// <param name="IsMarkdown">Whether the editor renders it; in a code block, or with every mark of Markdown escaped.</param>
public sealed record ShownOutput(string Border, string Text, bool IsMarkdown);
