using System.Runtime.InteropServices;
using System.Text.Json;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.GitHub;
using AgentIde.Import;
using AgentIde.MleBench;

namespace AgentIde.Cli.Runner;

/// <summary>
/// The process of a live run. It answers its starter once the run's first event is durable (or why there is no run),
/// then runs to the end. SIGTERM and SIGINT leave the run to be resumed. What goes wrong after the answer is kept
/// in the run's folder: see <see cref="RunnerFailure"/>.
/// </summary>
internal static class RunnerHost
{
    public static async Task<int> RunAsync()
    {
        Detachment.Detach();
        using CancellationTokenSource leaving = new();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Leave(context, leaving));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Leave(context, leaving));
        RunPlan plan = JsonSerializer.Deserialize(await Console.In.ReadLineAsync(leaving.Token) ?? "", RunnerJsonContext.Default.RunPlan)!;
        RunComposition? composition = null;
        try
        {
            composition = await RunComposition.CreateAsync(plan, leaving.Token);
            Answer(new RunnerReply(composition.Run, null, ExitCode.Done));
            return await RunToEndAsync(composition, leaving.Token);
        }
        catch (Exception error) when (composition is null && Translate(error) is { } known)
        {
            Answer(new RunnerReply(null, known.Message, known.ExitCode));
            return known.ExitCode;
        }
        finally
        {
            if (composition is not null)
            {
                await composition.DisposeAsync();
            }
        }
    }

    private static async Task<int> RunToEndAsync(RunComposition composition, CancellationToken leaving)
    {
        try
        {
            Journal journal = await composition.RunAsync(leaving);
            return journal.Finished is null ? ExitCode.Interrupted : journal.Choice is null ? ExitCode.NoSolution : ExitCode.Done;
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // The last frame of a process that nobody listens to: the log is the only place left.
        catch (Exception error)
#pragma warning restore CA1031
        {
            RunnerFailure failure = Translate(error) is { } known ? new RunnerFailure(known.ExitCode, known.Message) : new RunnerFailure(ExitCode.Failed, error.ToString());
            await failure.WriteAsync(composition.Folder);
            return failure.ExitCode;
        }
    }

    /// <summary>The message for what a user can cause; null for a bug.</summary>
    public static CommandException? Translate(Exception error) => error switch
    {
        CommandException known => known,
        TaskProblemException problem => new CommandException(ExitCode.BadUsage, problem.Message, problem),
        SandboxException problem => new CommandException(ExitCode.Missing, problem.Message, problem),
        EngineerException problem => new CommandException(problem.IsOfReplay ? ExitCode.Failed : ExitCode.Missing, problem.Message, problem),
        RunStoreException problem => new CommandException(ExitCode.Failed, problem.Message, problem),
        ImportException problem => new CommandException(ExitCode.BadUsage, problem.Message, problem),
        BenchException problem => new CommandException(problem.IsMissing ? ExitCode.Missing : ExitCode.BadUsage, problem.Message, problem),
        GitHubException problem => new CommandException(problem.IsMissing ? ExitCode.Missing : ExitCode.Failed, problem.Message, problem),
        FormatException problem => new CommandException(ExitCode.BadUsage, problem.Message, problem),
        IOException or UnauthorizedAccessException => new CommandException(ExitCode.Failed, error.Message, error),
        _ => null,
    };

    private static void Answer(RunnerReply reply)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(reply, RunnerJsonContext.Default.RunnerReply));
        Console.Out.Flush();
        Console.Out.Close();
        Console.SetOut(TextWriter.Null);
        Console.SetError(TextWriter.Null);
    }

    private static void Leave(PosixSignalContext context, CancellationTokenSource leaving)
    {
        context.Cancel = true;
        leaving.Cancel();
    }
}
