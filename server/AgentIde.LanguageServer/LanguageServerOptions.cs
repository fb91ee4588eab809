using AgentIde.Core.Chats;
using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer;

/// <summary>What the language server needs of the program around it.</summary>
/// <param name="Version">Shown to the editor.</param>
/// <param name="OpenStore">Opens the run store of a workspace; called once, after <c>initialize</c> is answered.</param>
/// <param name="StartRun">
/// Starts a run in a process of its own and returns once the run has its name. Throws
/// <see cref="RunNotStartedException"/> where it can't.
/// </param>
/// <param name="Record">Hands a person's decision to the owner of a run, or records it where nobody owns the run.</param>
/// <param name="Time">The clock that publications are paced by.</param>
/// <param name="Log">One line for people, for what the editor can't be told; never standard output.</param>
public sealed record LanguageServerOptions(
    string Version,
    Func<string, IRunStore> OpenStore,
    Func<StartRunRequest, CancellationToken, Task<RunId>> StartRun,
    Func<IRunStore, RunId, RunRequest, CancellationToken, Task> Record,
    TimeProvider Time,
    Action<string> Log)
{
    /// <summary>Where runs leave questions for the editor's own models; null where they can't.</summary>
    public Func<IRunStore, RunId, IChatDesk>? ChatsOf { get; init; }

    /// <summary>
    /// Gives a run whose process is gone a new one, and returns once it has its run. Throws
    /// <see cref="RunNotStartedException"/> where it can't; null where nothing does.
    /// </summary>
    public Func<ResumeRunRequest, CancellationToken, Task>? ResumeRun { get; init; }

    /// <summary>The one engine of sandboxes that <see cref="ResumeRun"/> has; null where it has any.</summary>
    public string? Sandbox { get; init; }

    /// <summary>Makes a task of a folder. Throws <see cref="TaskNotCreatedException"/> where it can't; null where nothing does.</summary>
    public Func<CreateTaskRequest, CancellationToken, Task<CreatedTask>>? CreateTask { get; init; }

    /// <summary>
    /// Looks through the files of a task, which may be large, for what gives its answers away; takes the task's folder. Null
    /// where nothing does.
    /// </summary>
    public Func<string, CancellationToken, Task<TaskLeaks>>? FindLeaks { get; init; }

    /// <summary>Makes pull requests of runs; null where nothing does.</summary>
    public IPullRequests? PullRequests { get; init; }
}
