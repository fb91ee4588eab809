using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using AgentIde.Cli.PullRequests;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Tasks.Drafting;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide run</c>: starts a runner of its own session, or takes up an interrupted run, and watches it.</summary>
internal static class RunCommand
{
    internal const int MostParallel = 256;

    private static readonly Argument<string?> Task = new("TASK") { Description = "The task's folder.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Engineer = new("--engineer") { Description = "Who proposes plans and code: builtin, openai:MODEL, anthropic:MODEL, vscode or vscode:MODEL (your editor's), a list for the operators such as draft=anthropic:MODEL,review=openai:MODEL,openai:MODEL, command:PROGRAM, or recording:FILE.", DefaultValueFactory = _ => RunPlan.BuiltInEngineer };
    private static readonly Option<long> Seed = new("--seed") { Description = "Decides every draw of the search.", DefaultValueFactory = _ => 1 };
    private static readonly SearchFlags Search = new();
    private static readonly Option<string?> Record = new("--record") { Description = "Write every exchange with a model into this new file; --engineer recording:FILE plays it again." };
    private static readonly Option<int> Parallel = new("--parallel") { Description = "Nodes to work on at once. With more than 1, which node comes next depends on which ended first.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Label = new("--label") { Description = "Of a folder with train.csv and test.csv and no task.yaml: the column to predict. The run writes a task.yaml then." };
    private static readonly Option<string?> Metric = new("--metric") { Description = "Of such a folder: the metric, rmsle, rmse, mae, accuracy, roc-auc, log-loss or multi-class-log-loss." };
    private static readonly Option<string?> Out = new("--out") { Description = "Also copy the solution and its submission into this folder." };
    private static readonly Option<string?> Resume = new("--resume") { Description = "Go on with an interrupted run." };
    private static readonly Option<bool> FromReview = new("--from-review") { Description = "With --resume: go on by what people said of the run's pull request. A finished run stays as it is, and another one goes on from it with its pull request." };
    private static readonly Option<string?> Issue = new("--issue") { Description = "The issue whose text is the description, as OWNER/NAME#12 or its address; the task's folder has the data. Its pull request closes it." };
    private static readonly Option<string?> Repository = new("--repo") { Description = "With --from-review: the repository of the pull request, as for agentide pr. With --issue: a repository whose server the issue is on." };
    private static readonly Option<bool> Detach = new("--detach") { Description = "Start the run, print its name and leave." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("run", "Run an ML engineer on a task and show what it does.\n\nExample: agentide run tasks/diamonds --nodes 12 --time 4m\n         agentide run tasks/diamonds --issue OWNER/NAME#12\n         agentide run --resume last --from-review")
        {
            Task, Engineer, Seed, Parallel, Label, Metric, Out, Resume, FromReview, Issue, Repository, Detach, Json,
        };
        command.Options.Add(Record);
        Search.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        SqliteRunStore store = CommonOptions.Store;
        if (parsed.GetValue(Out) is { } copyTo)
        {
            if (parsed.GetValue(Detach))
            {
                throw new CommandException(ExitCode.BadUsage, "--out needs somebody to wait for the end, which --detach does not: leave one of them away. 'agentide show RUN' tells where the result lies.");
            }

            ResultFolder.Prepare(copyTo.Length > 0 ? copyTo : throw new CommandException(ExitCode.BadUsage, "--out names no folder: give it one, or leave it out."));
        }

        TakenReview? review = parsed.GetValue(FromReview) ? await TakeReviewAsync(parsed, store, cancellationToken) : null;
        if (review is { IsAtRest: true })
        {
            return await ReportAsync(store, await RunFollower.ReadAsync(store, review.Run, cancellationToken), parsed, review, CancellationToken.None);
        }

        RunId run = review is { IsLive: true } ? review.Run : await StartAsync(parsed, store, review?.Run, cancellationToken);
        bool json = parsed.GetValue(Json);
        if (parsed.GetValue(Detach))
        {
            Console.Out.WriteLine(json ? $"{{\"run\":\"{run}\"}}" : run.Value);
            return ExitCode.Done;
        }

        Journal journal = await RunWatch.ShowAsync(store, run, json, cancellationToken);
        return await ReportAsync(store, journal, parsed, review, CancellationToken.None);
    }

    private static async Task<TakenReview> TakeReviewAsync(ParseResult parsed, SqliteRunStore store, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Resume) is not { } resume || parsed.GetValue(Task) is not null)
        {
            throw new CommandException(ExitCode.BadUsage, "--from-review goes on with a run that has a pull request: agentide run --resume RUN --from-review");
        }

        MustNotChange(parsed, [Search.Policy, Seed, Search.SplitSeed, Parallel, Search.Models.Samples, Issue, Label, Metric]);
        if (parsed.GetValue(Search.Nodes) < 1)
        {
            throw new CommandException(ExitCode.BadUsage, "--nodes must be at least 1.");
        }

        return await TakenReview.OfAsync(
            store,
            await CommonOptions.FindAsync(store, resume, cancellationToken),
            parsed.GetValue(Repository),
            parsed.GetResult(Search.Nodes) is { Implicit: false } ? parsed.GetValue(Search.Nodes) : null,
            parsed.GetResult(Search.Time) is { Implicit: false } ? SearchFlags.Duration(parsed.GetValue(Search.Time)!).TotalSeconds : null,
            parsed.GetResult(Engineer) is { Implicit: false } ? parsed.GetValue(Engineer) : null,
            cancellationToken);
    }

    private static void MustNotChange(ParseResult parsed, Option[] options)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new CommandException(ExitCode.BadUsage, $"{given.Name} can't be changed on the way: a resumed run keeps what it began with. What it may spend on models can be (--cost, --tokens).");
        }
    }

    /// <param name="reviewed">The run that goes on by its reviews; null where none does.</param>
    private static async Task<RunId> StartAsync(ParseResult parsed, SqliteRunStore store, RunId? reviewed, CancellationToken cancellationToken)
    {
        string? task = parsed.GetValue(Task);
        if (task is "")
        {
            throw new CommandException(ExitCode.BadUsage, "The task's folder is an empty text: name one, such as agentide run tasks/diamonds");
        }

        string? resume = reviewed?.Value ?? parsed.GetValue(Resume);
        if (parsed.GetValue(Repository) is not null && reviewed is null && parsed.GetValue(Issue) is null)
        {
            throw new CommandException(ExitCode.BadUsage, "--repo is for --from-review or --issue: a run itself goes to no repository. agentide pr takes it too.");
        }

        if ((task is null) == (resume is null))
        {
            throw new CommandException(ExitCode.BadUsage, task is null ? "Name the task's folder, or a run with --resume: agentide run tasks/diamonds" : "Name the task's folder or a run with --resume, not both: the run knows its task.");
        }

        if (resume is not null && reviewed is null)
        {
            MustNotChange(parsed, [Search.Policy, Search.Nodes, Search.Time, Seed, Search.SplitSeed, Parallel, Search.Models.Samples, Issue, Label, Metric]);
        }

        RunId? interrupted = resume is null ? null : await CommonOptions.FindAsync(store, resume, cancellationToken);
        Journal? known = interrupted is { } run ? await RunFollower.ReadAsync(store, run, cancellationToken) : null;
        if (known?.Settings is { Origin: { } origin })
        {
            throw new CommandException(ExitCode.BadUsage, origin.Refusal(known.Settings.Run));
        }

        if (known?.Finished is not null)
        {
            Console.Error.WriteLine($"{interrupted} has finished, so nothing more is tried in it; this is what it came to. A new run: agentide run {known.Settings!.TaskFolder}");
        }

        RunSettings? before = known?.Settings;
        string folder = task ?? before?.TaskFolder ?? throw new CommandException(ExitCode.Failed, $"{interrupted} died before it began: start a new run.");
        RunPlan plan = Plan(parsed, Path.GetFullPath(folder), interrupted);
        if (task is not null)
        {
            MakeTask(parsed, task, cancellationToken);
        }

        if (parsed.GetValue(Issue) is { } issue)
        {
            plan = plan with { Issue = await TaskIssue.ReadAsync(issue, parsed.GetValue(Repository), cancellationToken) };
        }

        return await RunnerProcess.StartAsync(
            before is not null && parsed.GetResult(Engineer) is not { Implicit: false } ? plan with { Engineer = before.EngineerOption ?? RunPlan.BuiltInEngineer } : plan, cancellationToken);
    }

    /// <summary>Makes a task of a folder that holds two tables alone, as the flags or the person at the terminal say.</summary>
    private static void MakeTask(ParseResult parsed, string folder, CancellationToken cancellationToken)
    {
        TaskWish wish = new(folder, parsed.GetValue(Label), parsed.GetValue(Metric));
        bool isSaid = wish.Label is not null || wish.Metric is not null;
        if (!TaskDraft.CanBeOf(folder))
        {
            if (isSaid && Directory.Exists(folder))
            {
                throw new CommandException(ExitCode.BadUsage, $"{folder} is a task already, whose task.yaml says what is predicted and by which metric: leave {(wish.Label is null ? "--metric" : "--label")} out, or change that file.");
            }

            return;
        }

        TaskQuestions task = new(Console.In, Console.Error);
        if (isSaid)
        {
            task.Make(wish, cancellationToken);
        }
        else if (!Console.IsInputRedirected && !Console.IsErrorRedirected)
        {
            task.Ask(wish, cancellationToken);
        }
        else
        {
            throw TaskQuestions.Unasked(wish, cancellationToken);
        }
    }

    private static RunPlan Plan(ParseResult parsed, string folder, RunId? resume)
    {
        int parallel = parsed.GetValue(Parallel);
        if (parallel is < 1 or > MostParallel)
        {
            throw new CommandException(ExitCode.BadUsage, $"--parallel must be 1 to {MostParallel}.");
        }

        RunPlan plan = Search.Read(parsed, folder, parsed.GetValue(Engineer)!, parallel, parsed.GetValue(Seed), resume);
        return parsed.GetValue(Record) is not { } file ? plan : plan with
        {
            Asking = plan.Asking! with { Record = Path.GetFullPath(file.Length > 0 ? file : throw new CommandException(ExitCode.BadUsage, "--record names no file.")) },
        };
    }

    private static async Task<int> ReportAsync(SqliteRunStore store, Journal journal, ParseResult parsed, TakenReview? review, CancellationToken cancellationToken)
    {
        (string? solution, string? submission) = await RunResult.WriteAsync(store, journal, cancellationToken);
        if (parsed.GetValue(Out) is { } copyTo && solution is not null && submission is not null)
        {
            ResultFolder.Copy(solution, submission, copyTo);
        }

        (FailureReport? failure, string state) = (FailureOf(store, journal, parsed), journal.Finished is null ? "interrupted" : "finished");
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(RunReport.Of(journal, state, solution, submission, review?.ReportOf(journal), failure), ReportJsonContext.Default.RunReport));
        }
        else
        {
            ResultText.Write(Console.Out, journal, solution, submission);
        }

        if (journal.Finished is null)
        {
            Console.Error.WriteLine(failure!.Error);
        }

        return failure?.Code ?? ExitCode.Done;
    }

    /// <summary>Null where there is a solution.</summary>
    private static FailureReport? FailureOf(SqliteRunStore store, Journal journal, ParseResult parsed)
    {
        if (journal.Finished is not null)
        {
            return journal.Choice is null ? new FailureReport("The budget is spent without a valid solution.", ExitCode.NoSolution) : null;
        }

        RunnerFailure? failure = RunnerFailure.Of(store, journal.Settings!.Run);
        return new FailureReport(RunWatch.WhyUnfinished(journal, failure, Search.Sandbox.Read(parsed)), failure?.ExitCode ?? ExitCode.Interrupted);
    }
}
