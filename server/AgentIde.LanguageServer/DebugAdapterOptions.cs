using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer;

/// <summary>What the debug adapter needs of the program around it.</summary>
/// <param name="Folder">Absolute path of the folder whose runs are meant where a client names none.</param>
/// <param name="OpenStore">Opens the run store of a workspace; called once, by <c>attach</c> or <c>launch</c>.</param>
/// <param name="StartRun">
/// Starts a run in a process of its own and returns once the run has its name. Throws
/// <see cref="RunNotStartedException"/> where it can't.
/// </param>
/// <param name="Record">Hands a person's decision to the owner of a run, or records it where nobody owns the run.</param>
/// <param name="Log">One line for people, for what the client can't be told; never standard output.</param>
public sealed record DebugAdapterOptions(
    string Folder,
    Func<string, IRunStore> OpenStore,
    Func<StartRunRequest, CancellationToken, Task<RunId>> StartRun,
    Func<IRunStore, RunId, RunRequest, CancellationToken, Task> Record,
    Action<string> Log)
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Gives a run without a process a new one, and returns once it has its run. Throws
    /// <see cref="RunNotStartedException"/> where it can't; null where nothing does.
    /// </summary>
    public Func<ResumeRunRequest, CancellationToken, Task>? ResumeRun { get; init; }

    /// <summary>The one engine of sandboxes that <see cref="ResumeRun"/> has; null where it has any.</summary>
    public string? Sandbox { get; init; }
}
