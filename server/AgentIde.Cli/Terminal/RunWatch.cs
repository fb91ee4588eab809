using System.Runtime.InteropServices;
using AgentIde.Cli.Commands;
using AgentIde.Cli.Runner;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using Spectre.Console;

namespace AgentIde.Cli.Terminal;

/// <summary>
/// Shows a run until it ends. Ctrl-C or SIGTERM asks the run to leave at once so that it can be resumed; a terminal that goes
/// away (SIGHUP) leaves it running.
/// </summary>
internal static class RunWatch
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200), BetweenLooks = TimeSpan.FromSeconds(1);

    public static async Task<Journal> ShowAsync(SqliteRunStore store, RunId run, bool json, CancellationToken cancellationToken)
    {
        TaskCompletionSource interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string by = "Ctrl-C";

        // The newest registration hears of a signal first: before the token is cancelled.
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => by = "SIGTERM");
        await using CancellationTokenRegistration registration = cancellationToken.Register(interrupted.SetResult);
        Task<Journal> showing = IsPlain(json)
            ? ShowPlainAsync(store, run, json ? Console.Error : Console.Out, CancellationToken.None)
            : ShowLiveAsync(store, run, CancellationToken.None);
        if (await Task.WhenAny(showing, interrupted.Task) == interrupted.Task)
        {
            await store.RequestAsync(run, new StopRequest(by, Choose: false), CancellationToken.None);
        }

        return await showing;
    }

    /// <summary>Shows a run that somebody else started; leaving off leaves it running.</summary>
    /// <exception cref="OperationCanceledException">The one who looks has left.</exception>
    public static Task FollowAsync(SqliteRunStore store, RunId run, bool json, CancellationToken cancellationToken) =>
        IsPlain(json) ? ShowPlainAsync(store, run, json ? Console.Error : Console.Out, cancellationToken) : ShowLiveAsync(store, run, cancellationToken);

    /// <summary>Why a run that can be resumed is not finished, and the command that goes on with it.</summary>
    /// <param name="failure">What made its process give up; null where somebody interrupted it.</param>
    /// <param name="sandbox">Of the run, where it is known.</param>
    public static string WhyUnfinished(Journal journal, RunnerFailure? failure, SandboxChoice? sandbox = null)
    {
        RunId run = journal.Settings!.Run;
        string reason = failure is null ? "" : SafeText.Lines(failure.Message.Trim()) + Environment.NewLine;
        return $"{reason}{run} {(failure is null ? "was interrupted" : "stopped there")}: go on with: {ResumeCommand.Of(run, journal, sandbox)}";
    }

    public static bool IsPlain(bool json) => json || Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is null or "dumb";

    private static async Task<Journal> ShowPlainAsync(SqliteRunStore store, RunId run, TextWriter output, CancellationToken cancellationToken)
    {
        PlainView view = new(output);
        Journal journal = Journal.Empty;
        await using IAsyncEnumerator<(RecordedEvent Event, Journal Journal)> events = RunFollower.FollowAsync(store, run, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            Task<bool> next = events.MoveNextAsync().AsTask();
            while (await Task.WhenAny(next, Task.Delay(BetweenLooks, TimeProvider.System, CancellationToken.None)) != next)
            {
                view.ShowWaiting(EditorWords.Waiting(store, journal));
            }

            if (!await next)
            {
                return journal;
            }

            journal = events.Current.Journal;
            view.Show(events.Current.Event, journal);
        }
    }

    private static async Task<Journal> ShowLiveAsync(SqliteRunStore store, RunId run, CancellationToken cancellationToken)
    {
        IAnsiConsole console = Screen.Console;
        Journal journal = Journal.Empty;
        await console.Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
        {
            await using IAsyncEnumerator<(RecordedEvent, Journal Journal)> events = RunFollower.FollowAsync(store, run, cancellationToken).GetAsyncEnumerator(cancellationToken);
            Task<bool> next = events.MoveNextAsync().AsTask();
            while (true)
            {
                if (await Task.WhenAny(next, Task.Delay(Refresh, TimeProvider.System)) == next)
                {
                    if (!await next)
                    {
                        break;
                    }

                    journal = events.Current.Journal;
                    next = events.MoveNextAsync().AsTask();
                    if (next.IsCompleted)
                    {
                        continue;
                    }
                }

                Draw(context, console, store, journal);
            }

            Draw(context, console, store, journal);
        });
        return journal;
    }

    private static void Draw(LiveDisplayContext context, IAnsiConsole console, SqliteRunStore store, Journal journal)
    {
        TimeSpan since = journal is { Finished: null, IsPaused: false, LastAt: { } last } ? TimeProvider.System.GetUtcNow() - last : TimeSpan.Zero;
        context.UpdateTarget(LiveView.Render(journal, journal.Spent + since, console.Profile.Width, console.Profile.Height, EditorWords.Waiting(store, journal)));
        context.Refresh();
    }
}
