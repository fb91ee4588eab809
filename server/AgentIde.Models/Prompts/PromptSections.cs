using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Models.Prompts;

/// <summary>The parts of a prompt, each from its template; empty where there is nothing to say. Sizes are bytes of UTF-8 of what is told, without the words around it.</summary>
internal static class PromptSections
{
    private const int MostFixes = 6;
    private const int MostTargets = 200;
    private const int MostKinds = 20;

    public static string Rules(ProgramLanguage language, ExecutionLimits limits, EnvironmentFacts environment)
    {
        string libraries = string.Join(", ", environment.Libraries.Select(library => VisibleText.Line($"{library.Name} {library.Version}", 60)));
        string traps = string.Concat(LibraryTraps.Of(environment).Select(trap => $"- {trap}.\n")).TrimEnd('\n');
        return Templates.Of("system").Fill(
            ("language", language == ProgramLanguage.CSharp ? "C#" : "Python"),
            ("environment", Templates.Of("environment").Fill(
                ("runtime", VisibleText.Line(environment.Runtime, 60)),
                ("libraries", libraries.Length == 0 ? "none" : libraries),
                ("cores", limits.Cores == 1 ? "One core" : $"{limits.Cores} cores"),
                ("memory", FormattableString.Invariant($"{limits.MemoryBytes / (double)(1 << 30):0.#} GiB")),
                ("limit", Spans.Words(limits.Time)),
                ("traps", traps)).TrimEnd('\n')));
    }

    public static string Task(TaskFacts task, int bytes)
    {
        string names = string.Join('\n',
            $"title: {DataText.Quote(task.Title, 200)}",
            $"label: {DataText.Quote(task.Label)}",
            $"columns of the submission: {string.Join(", ", task.Targets.Prepend(task.IdColumn).Take(MostTargets).Select(name => DataText.Quote(name)))}{(task.Targets.Length >= MostTargets ? $" and {task.Targets.Length + 1 - MostTargets} more" : "")}");
        names += string.Concat((task.Files ?? []).Take(MostKinds).Select(files =>
            $"\nfiles of rows, {{id}} for the row's id: {DataText.Quote($"input/{files.Train}")} of a row of train.csv, {(files.Test is { } test ? $"{DataText.Quote($"input/{test}")} of a row of test.csv" : "none of rows of test.csv")}"));
        return Templates.Of("task").Fill(
            ("metric", task.Metric.DisplayName),
            ("direction", Direction(task.Metric)),
            ("prediction", task.Metric.Predicts switch
            {
                PredictionKind.Values => "a number",
                PredictionKind.Probability => "a probability, 0 to 1",
                PredictionKind.ClassProbabilities => "a probability for each class, which add up to 1",
                PredictionKind.Cells => "what the metric takes, in the columns and in the form of `sample_submission.csv`",
                _ => "one of the label's values, written as in `train.csv`",
            }),
            ("description", MarkedData.Of("the task", TextCut.End($"{names}\n\n{VisibleText.Of(task.Description)}", bytes))));
    }

    public static string Data(Journal journal, int bytes) => journal.Profile is not { } profile ? "" : Templates.Of("data").Fill(
        ("train", profile.TrainRows.ToString("N0", CultureInfo.InvariantCulture)),
        ("test", profile.TestRows.ToString("N0", CultureInfo.InvariantCulture)),
        ("profile", MarkedData.Of("columns of train.csv, with values and how often they occur", TextCut.End(DataText.Of(profile, journal.Observations, journal.Task!), bytes))));

    public static string Told(string memory, GradeWords grades) =>
        memory.Length == 0 ? "" : Templates.Of("memory").Fill(("step", grades.Step), ("memory", MarkedData.Of("plans and grades of other nodes", memory)));

    public static string Fixes(Memory memory, int bytes) =>
        memory.Fixes(MostFixes) is { Length: > 0 } fixes ? Templates.Of("fixes").Fill(("fixes", MarkedData.Of("earlier fixes", TextCut.End(fixes, bytes)))) : "";

    public static string Program(Node? parent, GradeWords grades, string code, int bytes)
    {
        if (parent is null)
        {
            return "";
        }

        return Templates.Of("program").Fill(
            ("node", parent.Id.ToString(CultureInfo.InvariantCulture)), ("result", Result(parent, grades)), ("code", MarkedData.Of("the program", TextCut.Middle(code, bytes))));
    }

    /// <summary>What came of a program, and how long it ran.</summary>
    public static string Result(Node parent, GradeWords grades)
    {
        string took = parent.Execution is { Seconds: { } seconds } ? $" It ran for {Spans.Words(TimeSpan.FromSeconds(Math.Max(0, seconds)))}." : "";
        return parent.Standing is { } score ? $"Its grade: {grades.Score(score)}.{took}" : $"It failed.{took}";
    }

    /// <summary>How an execution ended, then what it printed.</summary>
    public static string Outcome(Node? parent, string output)
    {
        if (parent?.Failure is not { } failure)
        {
            return output.Trim('\n');
        }

        string line = failure.Line is { } number ? FormattableString.Invariant($", at line {number} of the program") : "";
        string traceback = failure.Traceback is { } text && !output.Contains(VisibleText.Of(text).Trim(), StringComparison.Ordinal) ? $"{VisibleText.Of(text).Trim('\n')}\n" : "";
        return $"failed: {VisibleText.Line(failure.Message, 300)}{line}\n{traceback}{output}".Trim('\n');
    }

    public static string Direction(MetricFacts metric) => metric.Direction == MetricDirection.LowerIsBetter ? "lower is better" : "higher is better";

    public static string FailureWord(FailureKind kind) => kind switch
    {
        FailureKind.Exception => "an exception",
        FailureKind.CompileError => "it does not compile",
        FailureKind.Exit => "an exit code other than 0",
        FailureKind.Signal => "killed by a signal",
        FailureKind.OutOfMemory => "out of memory",
        FailureKind.TimeOut => "over the time limit",
        FailureKind.OutputFlood => "too much output",
        FailureKind.NoSubmission => "no submission",
        FailureKind.BadSubmission => "a submission that can't be graded",
        _ => "lost",
    };
}
