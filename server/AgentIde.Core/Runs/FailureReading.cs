using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>Turns how an execution ended into a failure that a person and an engineer can act on; null where it ended well.</summary>
public static partial class FailureReading
{
    /// <summary>SIGABRT: how .NET ends a program with an unhandled exception, or without memory or stack.</summary>
    private const int Aborted = 6;

    private const int MaximumMessage = 300;
    private const int MaximumTraceback = 8_000;

    public static Failure? Of(ExecutionResult result, ExecutionLimits limits)
    {
        string output = Encoding.UTF8.GetString(result.Output.Span);
        (string? traceback, string? message, int? line) = UnhandledException.Find(output) ?? Traceback(output);
        return result.Ending switch
        {
            Ending.Exited when result.ExitCode == 0 => null,
            Ending.Exited when message is not null => new(FailureKind.Exception, message, line, traceback),
            Ending.Exited => new(FailureKind.Exit, $"ended with exit code {result.ExitCode}", null, null),
            Ending.Signalled when result.Signal == Aborted && UnhandledException.Find(output) is not null => new(FailureKind.Exception, message!, line, traceback),
            Ending.Signalled when result.Signal == Aborted && LastWords().Match(output) is { Success: true } words => words.Groups[1].Success
                ? new(FailureKind.OutOfMemory, $"ran out of memory (limit {Bytes(limits.MemoryBytes)}, {Bytes(limits.ManagedHeapBytes)} of it for .NET's heap)", null, null)
                : new(FailureKind.Signal, "ran out of stack: it calls itself too deeply", null, Cut(output[words.Index..].TrimEnd(), MaximumTraceback)),
            Ending.Signalled => new(FailureKind.Signal, $"was killed by signal {result.Signal}", line, traceback),
            Ending.OutOfMemory => new(FailureKind.OutOfMemory, $"ran out of memory (limit {Bytes(limits.MemoryBytes)})", null, null),
            Ending.TimeOut => new(FailureKind.TimeOut, FormattableString.Invariant($"did not end within {limits.Time.TotalSeconds:0.#} s"), null, null),
            Ending.OutputFlood => new(FailureKind.OutputFlood, $"wrote more than {Bytes(limits.OutputBytes)} of output", null, null),
            _ => new(FailureKind.Lost, result.Why ?? "was cancelled", null, null),
        };
    }

    /// <param name="problem">Why the one that was there was not taken; null where there was none.</param>
    public static Failure WithoutSubmission(string? problem) =>
        new(FailureKind.NoSubmission, problem is null ? "left no submission.csv" : $"submission.csv: {problem}", null, null);

    /// <param name="grade">One without a score.</param>
    public static Failure OfGrade(Grade grade) => new(FailureKind.BadSubmission, $"submission.csv: {grade.Problem}", null, null);

    private static (string? Text, string? Message, int? Line) Traceback(string output)
    {
        int start = output.LastIndexOf("Traceback (most recent call last):", StringComparison.Ordinal);
        if (start < 0)
        {
            start = SyntaxErrorStart(output);
        }

        if (start < 0)
        {
            return (null, null, null);
        }

        string text = output[start..];
        int? line = null;
        foreach (Match frame in Frame().Matches(text))
        {
            line = int.Parse(frame.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }

        string? message = text.Split('\n').Select(row => row.TrimEnd()).LastOrDefault(row => ErrorLine().IsMatch(row));
        return (Cut(text.TrimEnd(), MaximumTraceback), message is null ? null : Cut(message, MaximumMessage), line);
    }

    // A syntax error has no "Traceback" line: the file's own line comes first.
    private static int SyntaxErrorStart(string output)
    {
        Match frame = Frame().Match(output);
        return frame.Success && output.Contains("SyntaxError:", StringComparison.Ordinal) ? frame.Index
            : frame.Success && output.Contains("IndentationError:", StringComparison.Ordinal) ? frame.Index : -1;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length / 2)] + " … " + text[^(length / 2)..];

    private static string Bytes(long bytes) => FormattableString.Invariant($"{bytes / (double)(1 << 30):0.##} GiB");

    [GeneratedRegex(@"File ""[^""\n]*solution\.py"", line (\d{1,7})", RegexOptions.CultureInvariant)]
    private static partial Regex Frame();

    /// <summary>What .NET says before it aborts a program for what no handler could catch.</summary>
    [GeneratedRegex(@"^(?:(Out of memory\.)|Stack overflow\.)\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex LastWords();

    [GeneratedRegex(@"^[A-Za-z_][\w.]*(Error|Exception|Interrupt|Exit|Warning|Iteration|Fault)?(:.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorLine();
}
